# KΛTIKN as one image for web, worker and commands. Build: docker build -t katikn .

FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/katikn
COPY requirements.txt /tmp/requirements.txt
RUN /opt/katikn/bin/pip install --require-hashes -r /tmp/requirements.txt
COPY . /srv/katikn
WORKDIR /srv/katikn
# Collecting reads the settings, which want an address and keys; these open nothing and stay here.
RUN BASE_URL=https://build.invalid SECRET_KEY=only-to-collect-static-files \
    ENCRYPTION_KEYS="$(/opt/katikn/bin/python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')" \
    DATABASE_URL=postgres://app@build.invalid/x DATABASE_OWNER_URL=postgres://owner@build.invalid/x \
    DATABASE_SUPPORT_URL=postgres://support@build.invalid/x \
    /opt/katikn/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv/katikn --shell /usr/sbin/nologin katikn \
    && install -d -o katikn -g katikn -m 0700 /var/lib/katikn/media /var/lib/katikn/backups
COPY --from=build /opt/katikn /opt/katikn
COPY --from=build /srv/katikn /srv/katikn
ENV PATH=/opt/katikn/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    MEDIA_ROOT=/var/lib/katikn/media
WORKDIR /srv/katikn
USER katikn
VOLUME ["/var/lib/katikn/media", "/var/lib/katikn/backups"]
EXPOSE 8000
# For the web; compose.yaml gives the worker a check of its own.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["python", "manage.py", "run_web", "--host", "0.0.0.0"]
