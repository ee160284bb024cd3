using System.Runtime.Versioning;
using System.Security;
using Microsoft.Win32;
using Shipper.Foundation.Files;

namespace Shipper.TailShipper.Commands.Shared.Finding;

/// <summary>What the Windows service is started with. Only administrators may write there.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsRegistration
{
    private const string Key = @"SYSTEM\CurrentControlSet\Services\tailshipper";

    /// <summary>Reads it; null where no service of this name is installed, or this user may not read it.</summary>
    public static InstalledService? Read()
    {
        try
        {
            using var key = Registry.LocalMachine.OpenSubKey(Key);
            return key?.GetValue("ImagePath") is string command ? Of(command, key.GetValue("Environment") as string[] ?? []) : null;
        }
        catch (Exception exception) when (exception is SecurityException || exception.IsDiskError())
        {
            return null;
        }
    }

    /// <summary>The service of a command line and its variables, each as <c>NAME=value</c>.</summary>
    internal static InstalledService Of(string command, IEnumerable<string> variables) => new(
        "the Windows service tailshipper", [.. CommandWords.OfWindows(command).Skip(1)], null,
        variables.Select(variable => variable.Split('=', 2)).Where(parts => parts.Length == 2)
            .DistinctBy(parts => parts[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.OrdinalIgnoreCase));
}
