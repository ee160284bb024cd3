#!/usr/bin/env bash
# Makes the pictures of this folder that show tailshipper and local-firehose, from programs that run: a generator writes, the shipper
# ships, one flow's stream does not exist. Needs tmux, chromium, python3 and what `dotnet build Shipper.sln` leaves, or SHIPPER_PROGRAMS, a
# folder with published programs. The lake's pictures: docs/lake.md.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ -z "${MAKE_PICTURES_INSIDE:-}" ]; then
  # Files at short paths, whatever machine this is: /srv is empty in a mount namespace of its own.
  exec env MAKE_PICTURES_INSIDE=1 unshare --map-root-user --mount "$0" "$@"
fi

images=$PWD/docs/images
program() { echo "${SHIPPER_PROGRAMS:-$PWD/src/$1/bin/Debug/net10.0}/$2"; }
tailshipper=$(program TailShipper tailshipper)
mount -t tmpfs tmpfs /srv
mkdir -p /srv/shop/orders /srv/shop/audit /srv/state
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local-secret LC_ALL=C.UTF-8 TERM=xterm-256color
unset NO_COLOR AWS_REGION AWS_PROFILE

started=()
stop() { kill "${started[@]}" 2> /dev/null || true; tmux -L pictures kill-server 2> /dev/null || true; wait 2> /dev/null || true; }
trap stop EXIT
start() { local log=/srv/log.${#started[@]}; "$@" > "$log" 2>&1 & started+=($!); }
until_true() { for _ in $(seq 300); do if "$@" > /dev/null 2>&1; then return 0; fi; sleep 0.2; done; echo "never true: $*" >&2; return 1; }

cat > /srv/shop.json <<'JSON'
{
  "Shipper": {
    "Aws": { "Region": "eu-west-1", "ServiceUrl": "http://127.0.0.1:4599" },
    "StateDirectory": "/srv/state",
    "Flows": [
      { "Name": "orders", "Paths": [ "/srv/shop/orders/*.log" ], "DeliveryStream": "orders",
        "Aggregation": { "Mode": "Lines", "MaxLines": 500 } },
      { "Name": "audit", "Paths": [ "/srv/shop/audit/*.log" ], "DeliveryStream": "audit" }
    ]
  }
}
JSON
start "$(program LocalFirehose local-firehose)" --set LocalFirehose:Port=4599 --set LocalFirehose:DataDirectory=/srv/firehose \
  --set LocalFirehose:Streams:0:Name=orders --set LocalFirehose:Streams:0:Bucket=lake --set LocalFirehose:Streams:0:BufferSeconds=5
until_true curl -sf http://127.0.0.1:4599/
start "$(program OrderLogGenerator order-log-generator)" run --set Generator:Directory=/srv/shop/orders --set Generator:Files=3 \
  --set Generator:LinesPerSecond=2000 --set Generator:Seed=7 --set Generator:Format=RetailJson
printf 'user 17 changed the price of 85123A\n' > /srv/shop/audit/prices.log
start "$tailshipper" run --config /srv/shop.json
until_true test -S /srv/state/tailshipper.sock
sleep 30

tmux -L pictures -f /dev/null new-session -d -s keep 'sleep 600' # without a session the server ends
tmux -L pictures set -g status off

# screen NAME COLUMNS ROWS COMMAND…: what a terminal of that size shows after four seconds
screen() {
  local name=$1 columns=$2 rows=$3 title
  shift 3
  title="$(echo "$*" | sed 's/ --config [^ ]*//') ($columns columns)"
  tmux -L pictures new-session -d -s "$name" -x "$columns" -y "$rows" "cd /srv; PS1= exec bash --norc --noprofile -i"
  tmux -L pictures resize-window -t "$name" -x "$columns" -y "$rows"
  tmux -L pictures send-keys -t "$name" "clear; $(printf '%q ' "${tailshipper}" "${@:2}")" Enter
  sleep 4
  tmux -L pictures capture-pane -t "$name" -e -p | sed '/clear; /d' \
    | python3 "$images/terminal_svg.py" "$columns" "$rows" "$title" > "$images/$name.svg"
  tmux -L pictures kill-session -t "$name"
}
for width in 80 60; do
  screen "status-$width" $width 24 tailshipper status --watch --config /srv/shop.json
  screen "top-$width" $width 24 tailshipper top --config /srv/shop.json
  screen "check-$width" $width 24 tailshipper check --config /srv/shop.json
done

# picture FILE WIDTH HEIGHT ADDRESS
picture() {
  chromium --headless=new --no-sandbox --disable-gpu --no-first-run --hide-scrollbars --user-data-dir=/srv/browser \
    --virtual-time-budget=5000 --window-size="$2,$3" --screenshot="$images/$1" "$4" > /srv/browser.log 2>&1
}
"$tailshipper" page --config /srv/shop.json > /srv/page.log 2>&1 & started+=($!)
until_true grep -q 'http://' /srv/page.log
address=$(grep -o 'http://127[^ ]*' /srv/page.log | head -1)
picture page.png 1200 880 "$address"
picture page-phone.png 500 1000 "$address"
order=$(head -1 "$(find /srv/shop/orders -name '*.log' | sort | head -1)" | cut -d'"' -f4)
curl -sf -X POST http://127.0.0.1:4599/admin/flush > /dev/null
picture local-firehose-page.png 1200 820 "http://127.0.0.1:4599/#$order"
ls -la "$images"
