#!/usr/bin/env bash
# Starts the Worker beside the watchdog that renews the certificates of mount.efs; without an init system nobody else does.
set -euo pipefail

# Both are on a tmpfs, which hides the image's own.
mkdir -p /run/efs /var/log/amazon/efs
amazon-efs-mount-watchdog &
exec /app/Worker "$@"
