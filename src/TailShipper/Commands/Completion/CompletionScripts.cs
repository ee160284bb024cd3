using System.Text;

namespace Shipper.TailShipper.Commands.Completion;

/// <summary>
/// Scripts that complete the command line in a shell, made of the command tree. They hold everything that they propose, so that a Tab
/// starts no process.
/// </summary>
/// <param name="program">The executable's name.</param>
/// <param name="commands">The tree, the program itself first.</param>
internal sealed class CompletionScripts(string program, IReadOnlyList<CompletedCommand> commands)
{
    private IEnumerable<CompletedOption> Options => commands.SelectMany(command => command.Options).DistinctBy(option => option.Name);

    /// <summary>For bash, from 4.4 on; needs no other package.</summary>
    public string Bash()
    {
        var text = Begin("bash");
        text.Append($$"""
            _{{program}}() {
                local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at= i words=
                [ "$cur" = = ] && cur=
                [ "$prev" = = ] && prev=${COMP_WORDS[COMP_CWORD-2]}
                COMPREPLY=()
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case "$at/${COMP_WORDS[i]}" in
                        {{Patterns()}}) at=$at/${COMP_WORDS[i]} ;;
                        {{string.Join('|', Names(option => option.TakesValue).Select(name => "*/" + name))}}) ((i++)) ;;
                    esac
                done
                case "$prev" in
                    {{string.Join('|', Names(option => option.IsFile))}})
                        compopt -o filenames
                        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
                        return ;;

            """);
        foreach (var option in Options.Where(option => option.Values.Count > 0))
        {
            Line(text, 2, $"{string.Join('|', NamesOf(option))}) words=\"{string.Join(' ', option.Values)}\" ;;");
        }

        if (Names(option => option is { TakesValue: true, IsFile: false, Values.Count: 0 }).ToList() is { Count: > 0 } free)
        {
            Line(text, 2, $"{string.Join('|', free)}) return ;;");
        }

        Line(text, 1, "esac");
        Line(text, 1, "if [ -z \"$words\" ]; then");
        Line(text, 2, "case \"$at\" in");
        foreach (var command in commands)
        {
            var words = command.Commands.Concat(command.Words).Concat(command.Options.SelectMany(NamesOf));
            Line(text, 3, $"{At(command)}) words=\"{string.Join(' ', words)}\" ;;");
        }

        Line(text, 2, "esac");
        Line(text, 1, "fi");
        if (commands.Where(command => command.TakesFiles).Select(At).ToList() is { Count: > 0 } files)
        {
            Line(text, 1, "case \"$at:$cur\" in");
            Line(text, 2, "*:-*) ;;");
            Line(text, 2, $"{string.Join('|', files.Select(at => at + ":*"))})");
            Line(text, 3, "compopt -o filenames");
            Line(text, 3, "mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")");
            Line(text, 3, "return ;;");
            Line(text, 1, "esac");
        }

        Line(text, 1, "mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")");
        Line(text, 0, "}");
        Line(text, 0, $"complete -F _{program} {program}");
        return text.ToString();
    }

    /// <summary>For zsh: in a directory of <c>fpath</c> as <c>_tailshipper</c>, or sourced after <c>compinit</c>.</summary>
    public string Zsh()
    {
        var text = new StringBuilder($"#compdef {program}\n").Append(Begin("zsh"));
        text.Append($$"""
            _{{program}}() {
                local at= i
                local -a commands options
                for ((i = 2; i < CURRENT; i++)); do
                    case "$at/${words[i]}" in
                        ({{Patterns()}}) at=$at/${words[i]} ;;
                        ({{string.Join('|', Names(option => option.TakesValue).Select(name => "*/" + name))}}) ((i++)) ;;
                    esac
                done
                case "${words[CURRENT-1]}" in
                    ({{string.Join('|', Names(option => option.IsFile))}}) _files; return ;;

            """);
        foreach (var option in Options.Where(option => option.Values.Count > 0))
        {
            Line(text, 2, $"({string.Join('|', NamesOf(option))}) compadd -- {string.Join(' ', option.Values)}; return ;;");
        }

        if (Names(option => option is { TakesValue: true, IsFile: false, Values.Count: 0 }).ToList() is { Count: > 0 } free)
        {
            Line(text, 2, $"({string.Join('|', free)}) return ;;");
        }

        Line(text, 1, "esac");
        Line(text, 1, "case \"$at\" in");
        foreach (var command in commands)
        {
            Line(text, 2, $"({At(command)})");
            if (command.Commands.Count + command.Words.Count > 0)
            {
                var proposed = command.Commands.Select(name => ZshWord(name, Below(command, name).Description))
                    .Concat(command.Words.Select(word => ZshWord(word, "")));
                Line(text, 3, $"commands=({string.Join(' ', proposed)})");
            }

            Line(text, 3, $"options=({string.Join(' ', command.Options.SelectMany(
                option => NamesOf(option).Select(name => ZshWord(name, option.Description))))})");
            Line(text, 3, command.TakesFiles ? "[[ $PREFIX == -* ]] || _files ;;" : ";;");
        }

        Line(text, 1, "esac");
        Line(text, 1, "(( $#commands )) && [[ $PREFIX != -* ]] && _describe command commands");
        Line(text, 1, "[[ $PREFIX == -* || $#commands -eq 0 ]] && _describe -o option options");
        Line(text, 0, "}");
        Line(text, 0, $"if [[ ${{funcstack[1]}} == _{program} ]]; then _{program} \"$@\"; else compdef _{program} {program}; fi");
        return text.ToString();
    }

    /// <summary>For fish.</summary>
    public string Fish()
    {
        var text = Begin("fish");
        text.Append($$"""
            function __{{program}}_at
                set -l at
                set -l skip 0
                set -l tokens (commandline -opc)
                for word in $tokens[2..-1]
                    if test $skip = 1
                        set skip 0
                        continue
                    end
                    switch "$at/$word"
                        case {{Patterns(' ')}}
                            set at "$at/$word"
                        case {{string.Join(' ', Names(option => option.TakesValue).Select(name => $"'*/{name}'"))}}
                            set skip 1
                    end
                end
                test "$at" = "$argv[1]"
            end
            complete -c {{program}} -f

            """);
        foreach (var command in commands)
        {
            var here = $"complete -c {program} -n '__{program}_at {(command.Path.Length == 0 ? "\"\"" : At(command))}'";
            foreach (var name in command.Commands)
            {
                Line(text, 0, $"{here} -a {name} -d {Quoted(Below(command, name).Description)}");
            }

            foreach (var word in command.Words)
            {
                Line(text, 0, $"{here} -a {word}");
            }

            if (command.TakesFiles)
            {
                Line(text, 0, $"{here} -F");
            }

            foreach (var option in command.Options)
            {
                var names = string.Join(' ', NamesOf(option).Where(name => name[1..] != "?" && name != "/?").Select(
                    name => name.StartsWith("--", StringComparison.Ordinal) ? $"-l {name[2..]}" : $"-s {name[1..]}"));
                var value = !option.TakesValue ? "" : option.IsFile ? " -r -F"
                    : option.Values.Count > 0 ? $" -x -a {Quoted(string.Join(' ', option.Values))}" : " -x";
                Line(text, 0, $"{here} {names}{value} -d {Quoted(option.Description)}");
            }
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, int depth, string line) => text.Append(' ', 4 * depth).Append(line).Append('\n');

    private StringBuilder Begin(string shell) =>
        new($"# Completion of {program} in {shell}, made by: {program} completion {shell}\n");

    private CompletedCommand Below(CompletedCommand command, string name) =>
        commands.First(found => found.Path == $"{command.Path} {name}".Trim());

    private IEnumerable<string> Names(Func<CompletedOption, bool> which) => Options.Where(which).SelectMany(NamesOf);

    private static IEnumerable<string> NamesOf(CompletedOption option) => option.Aliases.Where(alias => alias != "-?").Prepend(option.Name);

    private string Patterns(char between = '|') =>
        string.Join(between, commands.Where(command => command.Path.Length > 0).Select(At));

    private static string At(CompletedCommand command) =>
        command.Path.Length == 0 ? "''" : "/" + command.Path.Replace(' ', '/');

    private static string ZshWord(string word, string description) => Quoted(
        description.Length == 0 ? word : $"{word}:{description.Replace(":", "\\:", StringComparison.Ordinal)}", "'\\''");

    private static string Quoted(string text, string quote = "\\'") => $"'{text.Replace("'", quote, StringComparison.Ordinal)}'";
}
