using Shipper.OrderLake.Commands;

namespace Shipper.OrderLake.Tests.Support;

/// <summary>Runs the program in this process.</summary>
internal static class CommandRun
{
    public static async Task<int> InvokeAsync(params string[] arguments) =>
        typeof(LakeCommands).Assembly.EntryPoint!.Invoke(null, [arguments]) switch
        {
            Task<int> task => await task,
            int code => code,
            var other => throw new InvalidOperationException($"the entry point returned {other}"),
        };
}
