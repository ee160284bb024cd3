# Completion of tailshipper in fish, made by: tailshipper completion fish
function __tailshipper_at
    set -l at
    set -l skip 0
    set -l tokens (commandline -opc)
    for word in $tokens[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        switch "$at/$word"
            case /run /check /checkpoints /checkpoints/list /explain /shipped /verify /replay /deadletters /deadletters/list /deadletters/show /deadletters/resend /status /top /loglevel /page /completion
                set at "$at/$word"
            case '*/--config' '*/-c' '*/--set' '*/--flow' '*/--wait' '*/--delivered' '*/--against' '*/--from' '*/--to' '*/--endpoint' '*/--region' '*/--work-dir' '*/--from-offset' '*/--file' '*/--since' '*/--reason' '*/--patience' '*/--files' '*/--by' '*/--for' '*/--port'
                set skip 1
        end
    end
    test "$at" = "$argv[1]"
end
complete -c tailshipper -f
complete -c tailshipper -n '__tailshipper_at ""' -a run -d 'Run the service (default): tail the files of every flow and ship them until told to stop'
complete -c tailshipper -n '__tailshipper_at ""' -a check -d 'Check the configuration, report everything that is wrong, and show what each flow would do and cost'
complete -c tailshipper -n '__tailshipper_at ""' -a checkpoints -d 'Show the checkpoints: how far each file is shipped'
complete -c tailshipper -n '__tailshipper_at ""' -a explain -d 'Say why a file is or is not tailed: the flow and pattern that match it, or which comes closest, its identity, the stream it is, how far it is acknowledged, and what blocks the rest'
complete -c tailshipper -n '__tailshipper_at ""' -a shipped -d 'Say whether all of a file is acknowledged: every byte that it has now, an unfinished last line included'
complete -c tailshipper -n '__tailshipper_at ""' -a verify -d 'Compare every line that is acknowledged of a flow\'s files, live, rotated or archived, with the lines in the objects that were delivered'
complete -c tailshipper -n '__tailshipper_at ""' -a replay -d 'Rewind a flow so that it ships lines again that are still on disk'
complete -c tailshipper -n '__tailshipper_at ""' -a deadletters -d 'List, show and resend what could not be delivered'
complete -c tailshipper -n '__tailshipper_at ""' -a status -d 'Show the state of the service: health with reason, flows with lag, rates and time to catch up, files by lag, throttling, last errors, age of the checkpoints, cost'
complete -c tailshipper -n '__tailshipper_at ""' -a top -d 'Show the files that lag most or are shipped fastest, live until q or Ctrl-C; l and r change the order'
complete -c tailshipper -n '__tailshipper_at ""' -a loglevel -d 'Show or change the level of the running service\'s log'
complete -c tailshipper -n '__tailshipper_at ""' -a page -d 'Show the service in a browser until Ctrl-C: health with reasons, flows with rate and lag of the last hour, files, dead letters, messages'
complete -c tailshipper -n '__tailshipper_at ""' -a completion -d 'Print a script that completes commands, options and files in a shell'
complete -c tailshipper -n '__tailshipper_at ""' -l help -s h -d 'Show help and usage information'
complete -c tailshipper -n '__tailshipper_at ""' -l version -d 'Show version information'
complete -c tailshipper -n '__tailshipper_at ""' -l config -s c -r -F -d 'A JSON configuration file; may be repeated, later ones override'
complete -c tailshipper -n '__tailshipper_at ""' -l set -x -d 'A setting that overrides files and environment, for example Shipper:Aws:Region=eu-west-1; may be repeated'
complete -c tailshipper -n '__tailshipper_at /run' -l help -s h -d 'Show help and usage information'
complete -c tailshipper -n '__tailshipper_at /run' -l config -s c -r -F -d 'A JSON configuration file; may be repeated, later ones override'
complete -c tailshipper -n '__tailshipper_at /run' -l set -x -d 'A setting that overrides files and environment, for example Shipper:Aws:Region=eu-west-1; may be repeated'
complete -c tailshipper -n '__tailshipper_at /check' -l connect -d 'Also try it: resolve and reach each endpoint, ask AWS whose the credentials are and whether each stream is there, make an empty call, compare the clocks'
complete -c tailshipper -n '__tailshipper_at /check' -l send -d 'With --connect: send one line to each stream instead of the empty call'
complete -c tailshipper -n '__tailshipper_at /check' -l strict -d 'End with 1 also for a warning'
complete -c tailshipper -n '__tailshipper_at /check' -l json -d 'Print one JSON document, also of a configuration that cannot be used'
complete -c tailshipper -n '__tailshipper_at /check' -l help -s h -d 'Show help and usage information'
complete -c tailshipper -n '__tailshipper_at /check' -l config -s c -r -F -d 'A JSON configuration file; may be repeated, later ones override'
complete -c tailshipper -n '__tailshipper_at /check' -l set -x -d 'A setting that overrides files and environment, for example Shipper:Aws:Region=eu-west-1; may be repeated'
complete -c tailshipper -n '__tailshipper_at /checkpoints' -a list -d 'List the checkpoint of every stream'
complete -c tailshipper -n '__tailshipper_at /checkpoints' -l help -s h -d 'Show help and usage information'
complete -c tailshipper -n '__tailshipper_at /checkpoints' -l config -s c -r -F -d 'A JSON configuration file; may be repeated, later ones override'
complete -c tailshipper -n '__tailshipper_at /checkpoints' -l set -x -d 'A setting that overrides files and environment, for example Shipper:Aws:Region=eu-west-1; may be repeated'
complete -c tailshipper -n '__tailshipper_at /checkpoints/list' -l flow -x -d 'Only this flow'
complete -c tailshipper -n '__tailshipper_at /checkpoints/list' -l json -d 'One JSON object per stream and line'
complete -c tailshipper -n '__tailshipper_at /checkpoints/list' -l help -s h -d 'Show help and usage information'
complete -c tailshipper -n '__tailshipper_at /checkpoints/list' -l config -s c -r -F -d 'A JSON configuration file; may be repeated, later ones override'
complete -c tailshipper -n '__tailshipper_at /checkpoints/list' -l set -x -d 'A setting that overrides files and environment, for example Shipper:Aws:Region=eu-west-1; may be repeated'
complete -c tailshipper -n '__tailshipper_at /explain' -F
complete -c tailshipper -n '__tailshipper_at /explain' -l json -d 'One JSON object instead of lines for a person'
complete -c tailshipper -n '__tailshipper_at /explain' -l help -s h -d 'Show help and usage information'
complete -c tailshipper -n '__tailshipper_at /explain' -l config -s c -r -F -d 'A JSON configuration file; may be repeated, later ones override'
complete -c tailshipper -n '__tailshipper_at /explain' -l set -x -d 'A setting that overrides files and environment, for example Shipper:Aws:Region=eu-west-1; may be repeated'
complete -c tailshipper -n '__tailshipper_at /shipped' -F
complete -c tailshipper -n '__tailshipper_at /shipped' -l flow -x -d 'Only this flow; without it every flow that tails the file must have shipped it'
complete -c tailshipper -n '__tailshipper_at /shipped' -l wait -x -d 'Ask again until the answer is yes, for at most this long (30s, 5m, 1h)'
complete -c tailshipper -n '__tailshipper_at /shipped' -l json -d 'Print one JSON object'
complete -c tailshipper -n '__tailshipper_at /shipped' -l help -s h -d 'Show help and usage information'
complete -c tailshipper -n '__tailshipper_at /shipped' -l config -s c -r -F -d 'A JSON configuration file; may be repeated, later ones override'
complete -c tailshipper -n '__tailshipper_at /shipped' -l set -x -d 'A setting that overrides files and environment, for example Shipper:Aws:Region=eu-west-1; may be repeated'
complete -c tailshipper -n '__tailshipper_at /verify' -l delivered -x -d 'Where the flows\' objects are: a directory laid out like the bucket, or s3://bucket/prefix'
complete -c tailshipper -n '__tailshipper_at /verify' -l against -x -d 'Compare with these objects, in place of files: those of another agent that reads the same files'
complete -c tailshipper -n '__tailshipper_at /verify' -l from -x -d 'Only what was acknowledged then (ISO 8601), or so long ago (6h), or later'
complete -c tailshipper -n '__tailshipper_at /verify' -l to -x -d 'Only what was acknowledged then, or so long ago, or earlier'
complete -c tailshipper -n '__tailshipper_at /verify' -l endpoint -x -d 'An S3 that is not AWS\'s, with buckets in the path'
complete -c tailshipper -n '__tailshipper_at /verify' -l region -x -d 'Region of the bucket'
complete -c tailshipper -n '__tailshipper_at /verify' -l work-dir -x -d 'Where hashes of lines are kept that do not fit into memory, 28 bytes for each line'
complete -c tailshipper -n '__tailshipper_at /verify' -l json -d 'Print one JSON object'
complete -c tailshipper -n '__tailshipper_at /verify' -l help -s h -d 'Show help and usage information'
complete -c tailshipper -n '__tailshipper_at /verify' -l config -s c -r -F -d 'A JSON configuration file; may be repeated, later ones override'
complete -c tailshipper -n '__tailshipper_at /verify' -l set -x -d 'A setting that overrides files and environment, for example Shipper:Aws:Region=eu-west-1; may be repeated'
complete -c tailshipper -n '__tailshipper_at /replay' -l flow -x -d 'The flow to rewind'
complete -c tailshipper -n '__tailshipper_at /replay' -l from-start -d 'Ship everything again that is still on disk'
complete -c tailshipper -n '__tailshipper_at /replay' -l from-offset -x -d 'Ship one file again from this byte on; give --file too'
complete -c tailshipper -n '__tailshipper_at /replay' -l file -r -F -d 'The file, as checkpoints list shows it; also narrows the other two'
complete -c tailshipper -n '__tailshipper_at /replay' -l since -x -d 'Ship everything again that was acknowledged since this time (ISO 8601), or so long ago (6h); up to a minute earlier, never later'
complete -c tailshipper -n '__tailshipper_at /replay' -l json -d 'Print one JSON object'
complete -c tailshipper -n '__tailshipper_at /replay' -l help -s h -d 'Show help and usage information'
complete -c tailshipper -n '__tailshipper_at /replay' -l config -s c -r -F -d 'A JSON configuration file; may be repeated, later ones override'
complete -c tailshipper -n '__tailshipper_at /replay' -l set -x -d 'A setting that overrides files and environment, for example Shipper:Aws:Region=eu-west-1; may be repeated'
complete -c tailshipper -n '__tailshipper_at /deadletters' -a list -d 'List dead letters'
complete -c tailshipper -n '__tailshipper_at /deadletters' -a show -d 'Show one dead letter and its bytes'
complete -c tailshipper -n '__tailshipper_at /deadletters' -a resend -d 'Send dead letters again, after their reason was fixed; lines too long for a record as the flow\'s Oversize is set now'
complete -c tailshipper -n '__tailshipper_at /deadletters' -l help -s h -d 'Show help and usage information'
complete -c tailshipper -n '__tailshipper_at /deadletters' -l config -s c -r -F -d 'A JSON configuration file; may be repeated, later ones override'
complete -c tailshipper -n '__tailshipper_at /deadletters' -l set -x -d 'A setting that overrides files and environment, for example Shipper:Aws:Region=eu-west-1; may be repeated'
complete -c tailshipper -n '__tailshipper_at /deadletters/list' -l flow -x -d 'Only this flow\'s'
complete -c tailshipper -n '__tailshipper_at /deadletters/list' -l since -x -d 'Only dead letters written then (ISO 8601), or so long ago (6h), or later'
complete -c tailshipper -n '__tailshipper_at /deadletters/list' -l reason -x -d 'Only dead letters whose reason contains this text'
complete -c tailshipper -n '__tailshipper_at /deadletters/list' -l each -d 'A line for each dead letter instead of one for each flow and reason'
complete -c tailshipper -n '__tailshipper_at /deadletters/list' -l all -d 'Also dead letters that were resent'
complete -c tailshipper -n '__tailshipper_at /deadletters/list' -l json -d 'One JSON object a line'
complete -c tailshipper -n '__tailshipper_at /deadletters/list' -l help -s h -d 'Show help and usage information'
complete -c tailshipper -n '__tailshipper_at /deadletters/list' -l config -s c -r -F -d 'A JSON configuration file; may be repeated, later ones override'
complete -c tailshipper -n '__tailshipper_at /deadletters/list' -l set -x -d 'A setting that overrides files and environment, for example Shipper:Aws:Region=eu-west-1; may be repeated'
complete -c tailshipper -n '__tailshipper_at /deadletters/show' -l raw -d 'Write its bytes to standard output, exactly, and nothing else'
complete -c tailshipper -n '__tailshipper_at /deadletters/show' -l line -d 'If it holds a part of a long line: the whole line'
complete -c tailshipper -n '__tailshipper_at /deadletters/show' -l help -s h -d 'Show help and usage information'
complete -c tailshipper -n '__tailshipper_at /deadletters/show' -l config -s c -r -F -d 'A JSON configuration file; may be repeated, later ones override'
complete -c tailshipper -n '__tailshipper_at /deadletters/show' -l set -x -d 'A setting that overrides files and environment, for example Shipper:Aws:Region=eu-west-1; may be repeated'
complete -c tailshipper -n '__tailshipper_at /deadletters/resend' -l flow -x -d 'Only this flow\'s'
complete -c tailshipper -n '__tailshipper_at /deadletters/resend' -l since -x -d 'Only dead letters written then (ISO 8601), or so long ago (6h), or later'
complete -c tailshipper -n '__tailshipper_at /deadletters/resend' -l reason -x -d 'Only dead letters whose reason contains this text'
complete -c tailshipper -n '__tailshipper_at /deadletters/resend' -l patience -x -d 'Give up when the service took nothing for this long (30s, 5m)'
complete -c tailshipper -n '__tailshipper_at /deadletters/resend' -l to -x -d 'Send to this stream, which the flow ships to now, also what was meant for another'
complete -c tailshipper -n '__tailshipper_at /deadletters/resend' -l help -s h -d 'Show help and usage information'
complete -c tailshipper -n '__tailshipper_at /deadletters/resend' -l config -s c -r -F -d 'A JSON configuration file; may be repeated, later ones override'
complete -c tailshipper -n '__tailshipper_at /deadletters/resend' -l set -x -d 'A setting that overrides files and environment, for example Shipper:Aws:Region=eu-west-1; may be repeated'
complete -c tailshipper -n '__tailshipper_at /status' -l watch -s w -d 'Refresh it every second, until q or Ctrl-C'
complete -c tailshipper -n '__tailshipper_at /status' -l json -d 'One JSON object (with --watch one a second)'
complete -c tailshipper -n '__tailshipper_at /status' -l files -x -d 'How many files to name, those that lag most first; default 10'
complete -c tailshipper -n '__tailshipper_at /status' -l help -s h -d 'Show help and usage information'
complete -c tailshipper -n '__tailshipper_at /status' -l config -s c -r -F -d 'A JSON configuration file; may be repeated, later ones override'
complete -c tailshipper -n '__tailshipper_at /status' -l set -x -d 'A setting that overrides files and environment, for example Shipper:Aws:Region=eu-west-1; may be repeated'
complete -c tailshipper -n '__tailshipper_at /top' -l by -x -a 'lag rate' -d 'lag (default) or rate'
complete -c tailshipper -n '__tailshipper_at /top' -l files -x -d 'How many files to show; default 20'
complete -c tailshipper -n '__tailshipper_at /top' -l json -d 'Print them once as one JSON object, with the rates of one second'
complete -c tailshipper -n '__tailshipper_at /top' -l help -s h -d 'Show help and usage information'
complete -c tailshipper -n '__tailshipper_at /top' -l config -s c -r -F -d 'A JSON configuration file; may be repeated, later ones override'
complete -c tailshipper -n '__tailshipper_at /top' -l set -x -d 'A setting that overrides files and environment, for example Shipper:Aws:Region=eu-west-1; may be repeated'
complete -c tailshipper -n '__tailshipper_at /loglevel' -a Debug
complete -c tailshipper -n '__tailshipper_at /loglevel' -a Error
complete -c tailshipper -n '__tailshipper_at /loglevel' -a Fatal
complete -c tailshipper -n '__tailshipper_at /loglevel' -a Information
complete -c tailshipper -n '__tailshipper_at /loglevel' -a Verbose
complete -c tailshipper -n '__tailshipper_at /loglevel' -a Warning
complete -c tailshipper -n '__tailshipper_at /loglevel' -l for -x -d 'Return to the configured level after this long (10m, 1h; at most 24h)'
complete -c tailshipper -n '__tailshipper_at /loglevel' -l json -d 'Print one JSON object'
complete -c tailshipper -n '__tailshipper_at /loglevel' -l help -s h -d 'Show help and usage information'
complete -c tailshipper -n '__tailshipper_at /loglevel' -l config -s c -r -F -d 'A JSON configuration file; may be repeated, later ones override'
complete -c tailshipper -n '__tailshipper_at /loglevel' -l set -x -d 'A setting that overrides files and environment, for example Shipper:Aws:Region=eu-west-1; may be repeated'
complete -c tailshipper -n '__tailshipper_at /page' -l port -x -d 'The port on this machine\'s loopback; without it any that is free'
complete -c tailshipper -n '__tailshipper_at /page' -l help -s h -d 'Show help and usage information'
complete -c tailshipper -n '__tailshipper_at /page' -l config -s c -r -F -d 'A JSON configuration file; may be repeated, later ones override'
complete -c tailshipper -n '__tailshipper_at /page' -l set -x -d 'A setting that overrides files and environment, for example Shipper:Aws:Region=eu-west-1; may be repeated'
complete -c tailshipper -n '__tailshipper_at /completion' -a bash
complete -c tailshipper -n '__tailshipper_at /completion' -a fish
complete -c tailshipper -n '__tailshipper_at /completion' -a zsh
complete -c tailshipper -n '__tailshipper_at /completion' -l help -s h -d 'Show help and usage information'
complete -c tailshipper -n '__tailshipper_at /completion' -l config -s c -r -F -d 'A JSON configuration file; may be repeated, later ones override'
complete -c tailshipper -n '__tailshipper_at /completion' -l set -x -d 'A setting that overrides files and environment, for example Shipper:Aws:Region=eu-west-1; may be repeated'
