# One image for every service of docker-compose.yaml: the same set-up as on a laptop.
FROM python:3.12-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends openjdk-17-jre-headless make \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home groundwork \
    && install --directory --owner groundwork /opt/groundwork /opt/groundwork/.groundwork
USER groundwork
WORKDIR /opt/groundwork
# What set-up reads, alone: a changed DAG does not install everything again.
COPY --chown=groundwork Makefile ./
COPY --chown=groundwork requirements requirements
COPY --chown=groundwork laptop laptop
COPY --chown=groundwork sandbox sandbox
RUN make setup
COPY --chown=groundwork . .
# Airflow's Postgres drivers, which the laptop's SQLite does without, in the versions that MWAA has.
RUN .setup/python/bin/uv pip install --quiet --no-cache --python .venv/bin/python \
    --constraint dags/constraints-3.2.1.txt psycopg2-binary asyncpg
