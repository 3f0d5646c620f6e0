# One image for web, worker and beat; docker-compose.yml says which is which.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 \
    DATA_DIR=/data STATIC_ROOT=/app/collected

RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin poolhouse \
    && install --directory --owner=poolhouse --mode=700 /data

WORKDIR /app
COPY requirements.txt ./
RUN pip install --requirement requirements.txt
COPY manage.py LICENSE ./
COPY console console
COPY pools pools
COPY templates templates
COPY static static
COPY locale locale
RUN python -m console.wording

# Collecting static files reads the settings, which insist on keys; these never leave the build.
RUN SECRET_KEY=build CREDENTIALS_KEYS=build python manage.py collectstatic --no-input --verbosity 0

USER poolhouse
VOLUME /data
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "1", "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "30", "console.wsgi:application"]
