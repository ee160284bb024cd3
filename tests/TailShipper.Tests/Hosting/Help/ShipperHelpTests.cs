using System.CommandLine;
using System.Reflection;
using System.Text.RegularExpressions;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Commands;
using Shipper.TestSupport.Help;
using Xunit;

namespace Shipper.TailShipper.Tests.Hosting.Help;

/// <summary>The help is complete: everything that the program accepts, reads and returns is in it. The manual page is the same.</summary>
public sealed partial class ShipperHelpTests
{
    public static TheoryData<string> Commands => [.. All(ShipperCommands.Create()).Select(command => command.Path)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Each_command_tells_of_its_arguments_options_exit_codes_and_examples(string path)
    {
        var help = await HelpAsync(path);
        var command = All(ShipperCommands.Create()).Single(found => found.Path == path).Command;
        Assert.All(command.Options, option => Assert.Contains(option.Name, help, StringComparison.Ordinal));
        Assert.All(
            command.Options.Where(option => option.Name is not ("--help" or "--version")),
            option => Assert.False(string.IsNullOrWhiteSpace(option.Description), option.Name));
        Assert.All(command.Arguments, argument => Assert.Contains($"<{argument.Name}>", help, StringComparison.Ordinal));
        Assert.Contains("--config <FILE>", help, StringComparison.Ordinal);
        if (command.Subcommands.Count == 0)
        {
            Assert.Contains("\nExit codes:\n", help, StringComparison.Ordinal);
            Assert.Contains("\nExamples:\n", help, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(help.Split('\n'), line => line.Length > 100 && !line.Contains("tailshipper ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_environment_variable_that_the_sources_name_is_in_the_help()
    {
        var help = await HelpAsync("");
        var sources = Path.Join(RepositoryRoot.Directory, "src");
        var named = new[] { "TailShipper", "Foundation" }
            .SelectMany(project => Directory.EnumerateFiles(Path.Join(sources, project), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => Variable().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .ToHashSet();
        Assert.Contains("STATE_DIRECTORY", named);
        Assert.All(named, variable => Assert.Contains(variable, help, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_exit_code_and_signal_of_the_service_is_in_the_help_of_the_program_and_of_run()
    {
        var codes = typeof(ExitCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (int)field.GetRawConstantValue()!).Distinct().Order().ToList();
        Assert.Equal([0, 1, 2, 75, 78], codes);
        foreach (var help in new[] { await HelpAsync(""), await HelpAsync("run") })
        {
            Assert.All(codes, code => Assert.Matches($@"(?m)^  {code} +\S", help));
            Assert.All(
                new[] { "SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "appsettings.json", "metrics*.log", "tailshipper.sock" },
                word => Assert.Contains(word, help, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_is_not_understood_is_said_with_the_help_to_look_at()
    {
        var (code, output, error) = await RunAsync("replay", "--bogus");
        Assert.Equal((ExitCodes.Usage, ""), (code, output));
        Assert.EndsWith("tailshipper: see tailshipper replay --help\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_manual_page_is_what_the_help_says()
    {
        var page = ManPage.Write("tailshipper", ShipperCommands.Create());
        Assert.Equal(page, ManPage.Committed("tailshipper", page));
    }

    private static IEnumerable<(string Path, Command Command)> All(Command command, string path = "") =>
        command.Subcommands.SelectMany(below => All(below, $"{path} {below.Name}".Trim())).Prepend((path, command));

    private static async Task<string> HelpAsync(string path)
    {
        var (code, output, error) = await RunAsync([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal((0, ""), (code, error));
        return output;
    }

    /// <summary>Runs the real executable.</summary>
    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            Path.Join(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "tailshipper.exe" : "tailshipper"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, (await output).ReplaceLineEndings("\n"), (await error).ReplaceLineEndings("\n"));
    }

    [GeneratedRegex("\"([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)\"")]
    private static partial Regex Variable();
}
