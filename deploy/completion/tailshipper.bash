# Completion of tailshipper in bash, made by: tailshipper completion bash
_tailshipper() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at= i words=
    [ "$cur" = = ] && cur=
    [ "$prev" = = ] && prev=${COMP_WORDS[COMP_CWORD-2]}
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "$at/${COMP_WORDS[i]}" in
            /run|/check|/checkpoints|/checkpoints/list|/explain|/shipped|/verify|/replay|/deadletters|/deadletters/list|/deadletters/show|/deadletters/resend|/status|/top|/loglevel|/page|/completion) at=$at/${COMP_WORDS[i]} ;;
            */--config|*/-c|*/--set|*/--flow|*/--wait|*/--delivered|*/--against|*/--from|*/--to|*/--endpoint|*/--region|*/--work-dir|*/--from-offset|*/--file|*/--since|*/--reason|*/--patience|*/--files|*/--by|*/--for|*/--port) ((i++)) ;;
        esac
    done
    case "$prev" in
        --config|-c|--file)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            return ;;
        --by) words="lag rate" ;;
        --set|--flow|--wait|--delivered|--against|--from|--to|--endpoint|--region|--work-dir|--from-offset|--since|--reason|--patience|--files|--for|--port) return ;;
    esac
    if [ -z "$words" ]; then
        case "$at" in
            '') words="run check checkpoints explain shipped verify replay deadletters status top loglevel page completion --help -h --version --config -c --set" ;;
            /run) words="--help -h --config -c --set" ;;
            /check) words="--connect --send --strict --json --help -h --config -c --set" ;;
            /checkpoints) words="list --help -h --config -c --set" ;;
            /checkpoints/list) words="--flow --json --help -h --config -c --set" ;;
            /explain) words="--json --help -h --config -c --set" ;;
            /shipped) words="--flow --wait --json --help -h --config -c --set" ;;
            /verify) words="--delivered --against --from --to --endpoint --region --work-dir --json --help -h --config -c --set" ;;
            /replay) words="--flow --from-start --from-offset --file --since --json --help -h --config -c --set" ;;
            /deadletters) words="list show resend --help -h --config -c --set" ;;
            /deadletters/list) words="--flow --since --reason --each --all --json --help -h --config -c --set" ;;
            /deadletters/show) words="--raw --line --help -h --config -c --set" ;;
            /deadletters/resend) words="--flow --since --reason --patience --to --help -h --config -c --set" ;;
            /status) words="--watch -w --json --files --help -h --config -c --set" ;;
            /top) words="--by --files --json --help -h --config -c --set" ;;
            /loglevel) words="Debug Error Fatal Information Verbose Warning --for --json --help -h --config -c --set" ;;
            /page) words="--port --help -h --config -c --set" ;;
            /completion) words="bash fish zsh --help -h --config -c --set" ;;
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
