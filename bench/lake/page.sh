#!/usr/bin/env bash
# The page of order-lake on a lake: how long it takes to read it for the first time, to answer, and until a browser has painted it.
#
#   bench/lake/page.sh LAKE
set -euo pipefail
lake=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dotnet build tests/OrderLake.Tests -c Release -v quiet --nologo
ORDER_LAKE_MEASURED=$lake tests/OrderLake.Tests/bin/Release/net10.0/OrderLake.Tests -class '*PageFigures' -showliveoutput -noColor
cut -d' ' -f1-3 /proc/loadavg
