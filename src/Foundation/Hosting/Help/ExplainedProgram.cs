using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using Shipper.Foundation.Output;

namespace Shipper.Foundation.Hosting.Help;

/// <summary>A program's command line. The help of each command ends with its <see cref="HelpSection"/>s.</summary>
internal sealed class ExplainedProgram : RootCommand, IExplained
{
    /// <summary>
    /// How every program parses its arguments: one that begins with @ is a value, such as the name of a log file. By default it would name
    /// a
    /// file to read arguments from.
    /// </summary>
    public static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    private readonly string _program;

    /// <summary>Creates a command line without commands.</summary>
    /// <param name="program">The executable's name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="sections">The additional sections of its help.</param>
    public ExplainedProgram(string program, string description, params IReadOnlyList<HelpSection> sections)
        : base(description)
    {
        (_program, Sections) = (program, sections);
        var help = Options.OfType<HelpOption>().Single();
        help.Action = new ExplainedHelp((HelpAction)help.Action!);
        Options.OfType<VersionOption>().Single().Action = new VersionText(program);
    }

    /// <inheritdoc/>
    public IReadOnlyList<HelpSection> Sections { get; }

    /// <summary>Parses and runs; returns the exit code. Errors in the arguments are written to standard error.</summary>
    public async Task<int> RunAsync(string[] arguments)
    {
        var parsed = Parse(arguments, Parsing);
        if (UsageErrors.Of(parsed) is { Count: > 0 } errors)
        {
            foreach (var error in errors)
            {
                await Console.Error.ShowLineAsync($"{_program}: {error}");
            }

            var command = parsed.CommandResult.Command is var named && named == this ? "" : Path(parsed) + " ";
            await Console.Error.WriteLineAsync($"{_program}: see {_program} {command}--help");
            return ExitCodes.Usage;
        }

        // The host handles signals and the caller handles exceptions; the parser must not end the process before them.
        return await parsed.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    private static string Path(ParseResult parsed)
    {
        var names = new List<string>();
        for (var result = parsed.CommandResult; result.Parent is System.CommandLine.Parsing.CommandResult parent; result = parent)
        {
            names.Insert(0, result.Command.Name);
        }

        return string.Join(' ', names);
    }
}

/// <summary>Says which program it is, of which version and commit: <c>tailshipper 0.1.0 (325bbc33ee1d)</c>.</summary>
internal sealed class VersionText(string program) : SynchronousCommandLineAction
{
    private const int CommitLength = 12;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var version = Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
        parseResult.InvocationConfiguration.Output.WriteLine(Of(program, version));
        return 0;
    }

    /// <summary>The line for a version as a build writes it: <c>0.1.0+COMMIT</c>.</summary>
    internal static string Of(string program, string version) => version.Split('+', 2) is [var number, { Length: > 0 } commit]
        ? $"{program} {number} ({commit[..Math.Min(CommitLength, commit.Length)]})"
        : $"{program} {version}";
}

/// <summary>A command with additional sections in its help.</summary>
/// <param name="name">Its name.</param>
/// <param name="description">What it does, in a sentence or two; also shown in the list of commands.</param>
/// <param name="sections">The additional sections of its help.</param>
internal sealed class ExplainedCommand(string name, string description, params IReadOnlyList<HelpSection> sections)
    : Command(name, description), IExplained
{
    /// <inheritdoc/>
    public IReadOnlyList<HelpSection> Sections => sections;
}
