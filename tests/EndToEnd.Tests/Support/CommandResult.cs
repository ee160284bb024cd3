namespace Shipper.EndToEnd.Tests.Support;

/// <summary>What a command that has ended left behind.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Both outputs, for a failure's message.</summary>
    public string Everything => $"exit code {ExitCode}\n{Output}\n{Error}";
}
