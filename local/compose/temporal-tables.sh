#!/bin/sh
# Temporal's two databases, made and brought to the form of this version. Repeatable.
set -eu
tables() {
  tool="temporal-sql-tool --plugin postgres12 --ep postgres --port 5432 --user temporal --password $SQL_PASSWORD --db $1"
  $tool create || true # it exists already
  $tool setup-schema -v 0.0 || true
  $tool update-schema -d "/etc/temporal/schema/postgresql/v12/$2/versioned"
}
tables temporal temporal
tables temporal_visibility visibility
