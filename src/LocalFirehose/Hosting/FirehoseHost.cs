using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;
using Shipper.Foundation.Logging;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Protocol;
using Shipper.LocalFirehose.Serving;
using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Hosting;

/// <summary>The whole service; tests run it in their own process.</summary>
internal sealed class FirehoseHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly LockedDataDirectory _directory;
    private readonly LocalFirehoseOptions _options;

    private FirehoseHost(WebApplication app, LockedDataDirectory directory, LocalFirehoseOptions options) =>
        (_app, _directory, _options) = (app, directory, options);

    /// <summary>The URL, for example <c>http://127.0.0.1:4573</c>; empty until started.</summary>
    public string Url { get; private set; } = "";

    /// <summary>The directory of the objects, in place of S3.</summary>
    public string S3 => _directory.S3;

    /// <summary>The registered services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Creates the service from a valid configuration and locks the data directory.</summary>
    public static FirehoseHost Build(LocalFirehoseOptions options, LogLevels levels, TimeProvider time)
    {
        var directory = LockedDataDirectory.Open(options.DataDirectory);
        try
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.Logging.AddServiceLogging(levels);
            builder.WebHost.UseKestrelCore().UseSockets(Transport).ConfigureKestrel(kestrel => Listen(kestrel, options));
            // Must follow the registration by Kestrel: the last one wins.
            builder.Services.AddSingleton<IMemoryPoolFactory<byte>, LargeBlockPoolFactory>();
            if (!string.IsNullOrEmpty(options.Certificate.Path))
            {
                builder.WebHost.UseKestrelHttpsConfiguration();
            }

            builder.Services.AddFirehose(options, directory, time);
            var app = builder.Build();
            var admin = app.Services.GetRequiredService<AdminEndpoint>();
            var api = app.Services.GetRequiredService<FirehoseEndpoint>();
            var page = app.Services.GetRequiredService<PageEndpoint>();
            app.Run(context => PageEndpoint.IsFor(context.Request) ? page.HandleAsync(context)
                : context.Request.Path.StartsWithSegments(AdminEndpoint.Root, StringComparison.Ordinal)
                ? admin.HandleAsync(context)
                : api.HandleAsync(context));
            return new FirehoseHost(app, directory, options);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Recovers spooled segments, creates the configured streams and opens the port.</summary>
    /// <exception cref="IOException">For example, the port is in use.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        var logger = Services.GetRequiredService<ILogger<FirehoseHost>>();
        if (File.Exists(_options.UrlFile))
        {
            // A process that waits for the file must not find the port of an earlier run.
            File.Delete(_options.UrlFile);
        }

        var recovered = SpoolRecovery.Recover(
            _directory.Spool,
            Services.GetRequiredService<SealedSegments>(),
            Services.GetRequiredService<SealedSources>(),
            logger);
        if (recovered > 0)
        {
            FirehoseLog.Recovered(logger, recovered);
        }

        CreateStreams(logger);
        await _app.StartAsync(cancellation);
        Url = Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        FirehoseLog.Listening(logger, Url, S3);
        if (!string.IsNullOrEmpty(_options.UrlFile))
        {
            PrivateFiles.Replace(_options.UrlFile, file => file.Write(Encoding.ASCII.GetBytes(Url + "\n")));
        }
    }

    /// <summary>Completes when a stop was requested and all records are delivered.</summary>
    public Task WaitForStopAsync() => _app.WaitForShutdownAsync();

    /// <summary>Stops accepting calls and delivers all records.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _directory.Dispose();
    }

    // Waiting without a buffer costs a second system call for every block received, and there are only few connections.
    private static void Transport(SocketTransportOptions sockets) => sockets.WaitForDataBeforeAllocatingBuffer = false;

    private static void Listen(KestrelServerOptions kestrel, LocalFirehoseOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowAlternateSchemes = false;
        kestrel.Limits.MaxRequestBodySize = RequestBody.MaxDrainedBytes;
        // A whole 4 MiB call fits into the pipe: otherwise sending and hashing could not overlap.
        kestrel.Limits.MaxRequestBufferSize = Limits.MaxBodyBytes;
        // Connections of a shipper that pauses stay open.
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);
        kestrel.Listen(IPAddress.Loopback, options.Port, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http1;
            if (!string.IsNullOrEmpty(options.Certificate.Path))
            {
                endpoint.UseHttps(X509CertificateLoader.LoadPkcs12FromFile(options.Certificate.Path, options.Certificate.Password));
            }
        });
    }

    /// <summary>Creates the configured streams that do not exist; existing ones keep their destination and version.</summary>
    private void CreateStreams(ILogger logger)
    {
        var streams = Services.GetRequiredService<StreamRegistry>();
        var now = Services.GetRequiredService<TimeProvider>().GetUtcNow();
        foreach (var stream in _options.Streams.Where(stream => !streams.TryFind(stream.Name, out _)))
        {
            streams.Create(ConfiguredStreams.Definition(stream, now));
            FirehoseLog.StreamCreated(logger, stream.Name);
        }
    }
}
