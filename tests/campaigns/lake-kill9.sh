#!/usr/bin/env bash
# Kills order-lake with SIGKILL at random moments of its transforms, while new objects arrive, and compares the lake with one that was
# made in one run. Usage: tests/campaigns/lake-kill9.sh [KILLS] [LINES_PER_OBJECT]; default 20 kills, 2,000 lines an object. Only those
# count that came before the end of a transform, so there are more rounds. After every round the lake is checked: no half run may show.
# Ends with exit code 1 when anything differs.
set -euo pipefail
export LC_ALL=C
kills=${1:-20}
lines=${2:-2000}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

dotnet build "$root/tests/OrderLake.Tests" -c Release -v quiet --nologo
bin=$root/tests/OrderLake.Tests/bin/Release/net10.0
mkdir "$work/raw" "$work/lines"
"$bin/order-log-generator" run --set "Generator:Directory=$work/lines" --set Generator:FileNamePattern=all.log --set Generator:Clock=Business \
    --set Generator:LinesPerSecond=0 --set "Generator:MaxLines=$(((4 * kills + 1) * lines))" --set Generator:Rotation:MaxBytes=0 2>/dev/null
split -l "$lines" -a 4 -d "$work/lines/all.log" "$work/lines/part-"

transform() { "$bin/order-lake" transform history --raw "$work/raw" --lake "$1" >>"$work/out" 2>&1; }
put() { gzip -c "$work/lines/part-$1" >"$work/raw/.new" && mv "$work/raw/.new" "$work/raw/$1"; }
totals() { "$bin/order-lake" query "$work/totals.sql" --lake "$1" --output csv | tail -1; }
cat >"$work/totals.sql" <<'SQL'
select (select count(*) from orders), (select sum(totalamount) from orders), (select sum(hash(orders)::hugeint) from orders),
    (select count(*) from rejects), (select count(*) from objects), (select count(distinct name) from objects)
SQL

put 0000
started=$(date +%s%N)
transform "$work/lake"
length=$((($(date +%s%N) - started) / 1000000))
killed=0
for ((number = 1; killed < kills && number <= 4 * kills; number++)); do
    put "$(printf %04d "$number")"
    transform "$work/lake" &
    run=$!
    sleep "$(printf '%d.%03d' $((length * (RANDOM % 1000) / 1000000)) $((length * (RANDOM % 1000) / 1000 % 1000)))"
    kill -9 "$run" 2>/dev/null && killed=$((killed + 1))
    wait "$run" 2>/dev/null || true
    "$bin/order-lake" check --lake "$work/lake" >"$work/check" || { echo "after kill $number:"; cat "$work/check"; exit 1; }
done
transform "$work/lake"
transform "$work/whole"
lake=$(totals "$work/lake")
whole=$(totals "$work/whole")
echo "$killed of $((number - 1)) killed before their end; rows, amount, content, rejects, objects, names: $lake"
if [ "$lake" != "$whole" ]; then
    echo "a lake made in one run has: $whole"
    exit 1
fi
