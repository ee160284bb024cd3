using System.CommandLine;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Commands.Shared;

namespace Shipper.TailShipper.Commands.Completion;

/// <summary><c>tailshipper completion</c>: prints what makes a shell complete the command line.</summary>
internal static class CompletionCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "fish"];

    /// <summary>The verb.</summary>
    public static Command Create(SetupLoader loader)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong(Shells);
        var command = new ExplainedCommand(
            "completion",
            "Print a script that completes commands, options and files in a shell. The packages install it; needs no configuration.",
            HelpSection.ExitCodes(new("0", "printed"), new("2", "the command line was not understood")),
            HelpSection.Examples(
                new("source <(tailshipper completion bash)", "in this shell, or in ~/.bashrc"),
                new("source <(tailshipper completion zsh)", "in ~/.zshrc, after compinit"),
                new("tailshipper completion fish > ~/.config/fish/completions/tailshipper.fish", "for every fish"))) { shell };
        command.SetAction(result =>
        {
            var root = (Command)result.RootCommandResult.Command;
            Console.Out.Write(VisibleText.OfLines(Script(root, result.GetValue(shell)!)));
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>The script for one shell.</summary>
    internal static string Script(Command root, string shell)
    {
        var scripts = new CompletionScripts("tailshipper", CompletedCommand.Of(root));
        return shell switch
        {
            "bash" => scripts.Bash(),
            "zsh" => scripts.Zsh(),
            _ => scripts.Fish(),
        };
    }
}
