using System.Net;
using System.Security.Cryptography.X509Certificates;
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

/// <summary>The whole service, ready to start; also what tests run in their own process.</summary>
internal sealed class FirehoseHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DataDirectory _directory;
    private readonly LocalFirehoseOptions _options;

    private FirehoseHost(WebApplication app, DataDirectory directory, LocalFirehoseOptions options) =>
        (_app, _directory, _options) = (app, directory, options);

    /// <summary>The address, for example <c>http://127.0.0.1:4573</c>; known once started.</summary>
    public string Url { get; private set; } = "";

    /// <summary>The directory that stands for S3.</summary>
    public string S3 => _directory.S3;

    /// <summary>What serves the calls.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Builds the service over a valid configuration, taking the data directory's lock.</summary>
    public static FirehoseHost Build(LocalFirehoseOptions options, LogLevels levels, TimeProvider time)
    {
        var directory = DataDirectory.Open(options.DataDirectory);
        try
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.Logging.AddServiceLogging(levels);
            builder.WebHost.UseKestrelCore().UseSockets(Transport).ConfigureKestrel(kestrel => Listen(kestrel, options));
            // After Kestrel's own registration: the last one counts.
            builder.Services.AddSingleton<IMemoryPoolFactory<byte>, LargeBlockPools>();
            if (!string.IsNullOrEmpty(options.Certificate.Path))
            {
                builder.WebHost.UseKestrelHttpsConfiguration();
            }

            builder.Services.AddFirehose(options, directory, time);
            var app = builder.Build();
            var admin = app.Services.GetRequiredService<AdminEndpoint>();
            var api = app.Services.GetRequiredService<FirehoseEndpoint>();
            app.Run(context => context.Request.Path.StartsWithSegments(AdminEndpoint.Root, StringComparison.Ordinal)
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

    /// <summary>Recovers spools, creates the configured streams, opens the port and announces it.</summary>
    /// <exception cref="IOException">The port is in use, among others.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        var logger = Services.GetRequiredService<ILogger<FirehoseHost>>();
        if (File.Exists(_options.UrlFile))
        {
            // A parent that waits for the file must not find an earlier run's port.
            File.Delete(_options.UrlFile);
        }

        var recovered = SpoolRecovery.Recover(_directory.Spool, Services.GetRequiredService<SealedSegments>(), logger);
        if (recovered > 0)
        {
            FirehoseLog.Recovered(logger, recovered);
        }

        ConfiguredStreams.Create(_options.Streams, Services.GetRequiredService<StreamRegistry>(), Services.GetRequiredService<TimeProvider>(), logger);
        await _app.StartAsync(cancellation);
        Url = Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        FirehoseLog.Listening(logger, Url, S3);
        if (!string.IsNullOrEmpty(_options.UrlFile))
        {
            UrlFile.Write(_options.UrlFile, Url);
        }
    }

    /// <summary>Completes when the process is asked to stop and everything is flushed.</summary>
    public Task WaitForStopAsync() => _app.WaitForShutdownAsync();

    /// <summary>Stops accepting and flushes.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _directory.Dispose();
    }

    // Waiting without a block costs a second system call for every block received; connections here are few.
    private static void Transport(SocketTransportOptions sockets) => sockets.WaitForDataBeforeAllocatingBuffer = false;

    private static void Listen(KestrelServerOptions kestrel, LocalFirehoseOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowAlternateSchemes = false;
        kestrel.Limits.MaxRequestBodySize = RequestBody.MaxDrainedBytes;
        // A whole 4 MiB call may wait in the pipe: otherwise sender and hash would take turns.
        kestrel.Limits.MaxRequestBufferSize = Limits.MaxBodyBytes;
        // Keep-alive connections of a paused shipper are not worth cutting.
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
}

/// <summary>Creates the streams that the configuration lists.</summary>
internal static class ConfiguredStreams
{
    private const string Region = "us-east-1";

    /// <summary>Creates each stream that does not exist; one that exists keeps its destination and version.</summary>
    public static void Create(IEnumerable<StreamOptions> configured, StreamRegistry streams, TimeProvider time, ILogger logger)
    {
        foreach (var stream in configured.Where(stream => !streams.TryFind(stream.Name, out _)))
        {
            streams.Create(new StreamDefinition(
                stream.Name,
                $"arn:aws:firehose:{Region}:{Errors.AccountId}:deliverystream/{stream.Name}",
                1,
                time.GetUtcNow(),
                null,
                new Destination(
                    Destination.DefaultRoleArn, stream.Bucket, stream.Prefix, stream.ErrorOutputPrefix, stream.Compression, stream.BufferSizeMiB, stream.BufferSeconds),
                new SortedDictionary<string, string>(StringComparer.Ordinal)));
            FirehoseLog.StreamCreated(logger, stream.Name);
        }
    }
}

/// <summary>Tells a parent process where the port is: the file appears complete or not at all.</summary>
internal static class UrlFile
{
    /// <summary>Writes <paramref name="url"/> and a line feed to <paramref name="path"/>, replacing what is there.</summary>
    public static void Write(string path, string url)
    {
        var full = Path.GetFullPath(path);
        PrivateFiles.CreateDirectory(Path.GetDirectoryName(full)!);
        var half = $"{full}.{Environment.ProcessId}.new";
        using (var file = new StreamWriter(new FileStream(half, PrivateFiles.Options(FileMode.Create, FileAccess.Write, FileShare.None))))
        {
            file.Write(url + "\n");
        }

        File.Move(half, full, overwrite: true);
    }
}
