# The web process, the worker and the clock: one image, three commands (docker-compose.yml).
FROM python:3.12-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 STATIC_ROOT=/srv/static DATA_DIR=/data MEDIA_ROOT=/data/media

RUN useradd --system --uid 10001 reconcile && install -d -o reconcile /data /data/media /srv/static
WORKDIR /app

COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY manage.py ./
COPY reconcile reconcile
COPY boundaries boundaries
COPY ownership ownership
COPY templates templates
COPY static static

USER reconcile
RUN ALLOWED_HOSTS=build SECRET_KEY=only-while-building python manage.py collectstatic --noinput --verbosity 0

EXPOSE 8000
CMD ["python", "-m", "gunicorn", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", "reconcile.wsgi"]
