# Completion of tailshipper in bash, made by: tailshipper completion bash
_tailshipper() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at= i words=
    [ "$cur" = = ] && cur=
    [ "$prev" = = ] && prev=${COMP_WORDS[COMP_CWORD-2]}
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "$at/${COMP_WORDS[i]}" in
            /run|/check|/preview|/checkpoints|/checkpoints/list|/explain|/shipped|/verify|/replay|/deadletters|/deadletters/list|/deadletters/show|/deadletters/resend|/status|/top|/tap|/loglevel|/page|/import-agent|/completion) at=$at/${COMP_WORDS[i]} ;;
            */--config|*/-c|*/--set|*/--agent-json|*/--agent-d|*/--log-level|*/--flow|*/--records|*/--wait|*/--delivered|*/--against|*/--from|*/--to|*/--endpoint|*/--region|*/--work-dir|*/--from-offset|*/--file|*/--since|*/--reason|*/--patience|*/--files|*/--by|*/--lines|*/--for|*/--port|*/--checkpoints|*/--out|*/--unverified) ((i++)) ;;
        esac
    done
    case "$prev" in
        --config|-c|--agent-json|--file|--checkpoints|--out)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            return ;;
        --log-level) words="Debug Error Fatal Information Verbose Warning" ;;
        --by) words="lag rate" ;;
        --unverified) words="End None Offset Start" ;;
        --set|--agent-d|--flow|--records|--wait|--delivered|--against|--from|--to|--endpoint|--region|--work-dir|--from-offset|--since|--reason|--patience|--files|--lines|--for|--port) return ;;
    esac
    if [ -z "$words" ]; then
        case "$at" in
            '') words="run check preview checkpoints explain shipped verify replay deadletters status top tap loglevel page import-agent completion --help -h --version --config -c --set --agent-json --agent-d" ;;
            /run) words="--log-level --help -h --config -c --set --agent-json --agent-d" ;;
            /check) words="--connect --send --strict --json --all --help -h --config -c --set --agent-json --agent-d" ;;
            /preview) words="--flow --records --one-record --raw --json --help -h --config -c --set --agent-json --agent-d" ;;
            /checkpoints) words="list --help -h --config -c --set --agent-json --agent-d" ;;
            /checkpoints/list) words="--flow --json --help -h --config -c --set --agent-json --agent-d" ;;
            /explain) words="--json --help -h --config -c --set --agent-json --agent-d" ;;
            /shipped) words="--flow --wait --json --help -h --config -c --set --agent-json --agent-d" ;;
            /verify) words="--delivered --against --from --to --endpoint --region --work-dir --json --help -h --config -c --set --agent-json --agent-d" ;;
            /replay) words="--flow --from-start --from-offset --file --since --json --help -h --config -c --set --agent-json --agent-d" ;;
            /deadletters) words="list show resend --help -h --config -c --set --agent-json --agent-d" ;;
            /deadletters/list) words="--flow --since --reason --each --all --json --help -h --config -c --set --agent-json --agent-d" ;;
            /deadletters/show) words="--raw --line --json --help -h --config -c --set --agent-json --agent-d" ;;
            /deadletters/resend) words="--flow --since --reason --patience --to --json --help -h --config -c --set --agent-json --agent-d" ;;
            /status) words="--watch -w --json --files --help -h --config -c --set --agent-json --agent-d" ;;
            /top) words="--by --files --json --help -h --config -c --set --agent-json --agent-d" ;;
            /tap) words="--flow --lines --json --help -h --config -c --set --agent-json --agent-d" ;;
            /loglevel) words="Debug Error Fatal Information Verbose Warning --for --json --help -h --config -c --set --agent-json --agent-d" ;;
            /page) words="--port --help -h --config -c --set --agent-json --agent-d" ;;
            /import-agent) words="--checkpoints --out --dry-run --unverified --help -h --config -c --set --agent-json --agent-d" ;;
            /completion) words="bash fish zsh --help -h --config -c --set --agent-json --agent-d" ;;
        esac
    fi
    case "$at:$cur" in
        *:-*) ;;
        /explain:*|/shipped:*)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            return ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _tailshipper tailshipper
