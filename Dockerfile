# One image for web, worker and beat; docker-compose.yml says which command each one runs.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
WORKDIR /app

COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt

COPY manage.py ./
COPY config config
COPY cases cases
COPY priorauth priorauth
COPY templates templates

# Static files are part of the image. The build knows no secret: it runs on the embedded default.
ENV STATIC_DIR=/app/staticfiles
RUN DATA_DIR=/build python manage.py collectstatic --noinput && rm -rf /build

RUN useradd --system --uid 10001 --home-dir /data app && install -d -o app -g app -m 0700 /data
ENV DATA_DIR=/data
VOLUME /data
USER app
EXPOSE 8000
CMD ["gunicorn", "-c", "config/gunicorn_conf.py"]
