import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checks", "0001_check_run_mismatch"),
        ("ownership", "0002_teams_and_systems"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="cadence",
            field=models.CharField(
                choices=[
                    ("daily", "every day"),
                    ("weekly", "every week"),
                    ("monthly", "every month"),
                    ("when needed", "when needed"),
                ],
                default="weekly",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="discarded_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="put aside; kept a while, so that it can be taken back"
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="ownership.team",
            ),
        ),
    ]
