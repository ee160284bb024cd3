using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Diagnostics.Endpoint;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.Page;

/// <summary><c>tailshipper page</c>: shows the service in a browser for as long as the command runs.</summary>
internal static class PageCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(SetupLoader loader)
    {
        var port = CommandLine.NumberOption(
            "--port", "The port on this machine's loopback; without it any that is free.", least: 1, most: ushort.MaxValue,
            helpName: "PORT");
        var command = new ExplainedCommand(
            "page",
            "Show the service in a browser until Ctrl-C: health with reasons, flows with rate and lag of the last hour, files, dead "
            + "letters, messages. Listens on loopback only, at an address with a random word in it; changes nothing. Who may ask: the "
            + "service's user and group, and root.",
            HelpSection.ExitCodes(
                new("0", "ended by Ctrl-C or SIGTERM"),
                new("1", "the port cannot be had"),
                new("2", "this user may not ask the service, or the command line was not understood"),
                ShipperHelp.Unusable),
            HelpSection.Examples(
                new("tailshipper page", "then open the address that it prints"),
                new("tailshipper page --port 8642", "and on another machine: ssh -L 8642:127.0.0.1:8642 HOST"))) { port };
        command.SetAction((result, cancellation) => RunAsync(
            loader.Load(result), (int)(result.GetValue(port) ?? 0), PageRelay.NewToken(), Console.Out, cancellation));
        return command;
    }

    /// <summary>Serves until a signal or cancelled.</summary>
    /// <param name="setup">The configuration.</param>
    /// <param name="port">The port; 0 for any.</param>
    /// <param name="token">The word in the address.</param>
    /// <param name="output">Where the address is printed.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<int> RunAsync(
        ShipperSetup setup, int port, string token, TextWriter output, CancellationToken cancellation)
    {
        using var stop = new UntilSignal(cancellation);
        if (await Heading.ForbiddenAsync(setup, stop.Token) is { } forbidden)
        {
            await Console.Error.ShowLineAsync($"tailshipper: {forbidden}");
            return ExitCodes.Undetermined;
        }

        Socket listener;
        try
        {
            listener = EndpointListener.AtUrl(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")));
        }
        catch (SocketException exception)
        {
            await Console.Error.ShowLineAsync(
                $"tailshipper: port {port} cannot be had ({exception.Message}). Name another with --port, or none for any that is free");
            return ExitCodes.Fault;
        }

        using (listener)
        {
            var url = new Uri(string.Create(
                CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}/{token}/"));
            await Heading.WriteAsync(setup, output, stop.Token);
            await output.ShowLineAsync($"The page is at {url} until Ctrl-C");
            await output.ShowLineAsync($"On another machine: ssh -L {url.Port}:127.0.0.1:{url.Port} HOST, and open the same address there");
            try
            {
                await new EndpointServer(listener, new EndpointHosts(url), new PageRelay(setup, token).AnswerAsync, TimeProvider.System)
                    .RunAsync(stop.Token);
            }
            catch (OperationCanceledException)
            {
                // Asked to.
            }
        }

        return ExitCodes.Success;
    }
}
