"""A draft keeps how long a change may take."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checks", "0006_as_of_and_withdrawn"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="expected_lag_days",
            field=models.FloatField(blank=True, null=True),
        ),
    ]
