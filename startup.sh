#!/bin/sh
# MWAA sources this in every worker, scheduler and web server before Airflow starts.
# Which file of include/environments/ is in force; `make package ENVIRONMENT=<name>` writes another.
export GROUNDWORK_ENVIRONMENT=aws
