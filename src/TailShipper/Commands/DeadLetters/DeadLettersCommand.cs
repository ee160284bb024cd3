using System.CommandLine;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary><c>tailshipper deadletters</c>: its three verbs, and what they share.</summary>
internal static class DeadLettersCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(SetupLoader loader) =>
        new ExplainedCommand("deadletters", "List, show and resend what could not be delivered.")
        {
            ListCommand.Create(loader),
            ShowCommand.Create(loader),
            ResendCommand.Create(loader),
        };

    /// <summary>Runs on the directory of dead letters, and says what keeps this user out of it.</summary>
    public static int Guarded(ShipperSetup setup, Func<string, int> work)
    {
        var directory = ShipperDirectories.DeadLetters(setup.Options);
        try
        {
            return work(directory);
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            return Refuse(directory, exception);
        }
    }

    /// <summary>Says why the dead letters cannot be used; the exit code.</summary>
    public static int Refuse(string directory, Exception exception)
    {
        Console.Error.ShowLine(
            $"tailshipper: the dead letters in {directory} cannot be used ({exception.Message.TrimEnd('.')}); ask as the service's user "
            + "or as root");
        return ExitCodes.Undetermined;
    }

    /// <summary>Says what could not be read; the exit code.</summary>
    public static int ReportProblems(DeadLetterStore store)
    {
        foreach (var problem in store.Problems)
        {
            Console.Error.ShowLine($"tailshipper: {problem}");
        }

        return store.IsBlind ? ExitCodes.Undetermined : ExitCodes.Success;
    }
}
