using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Xunit;

namespace Shipper.TestSupport;

/// <summary>
/// s3rver, an S3 by other people, as a process with one bucket; from <c>npm install --prefix artifacts/tools s3rver</c>. Programs find its
/// credentials in <see cref="Environment"/>.
/// </summary>
internal sealed partial class S3Server : IDisposable
{
    public const string Bucket = "orders-bucket";
    private const string Key = "S3RVER";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4); // ends a test that hangs, and says nothing about speed

    private readonly string _directory = Directory.CreateTempSubdirectory("s3-server-").FullName;
    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private S3Server(string node, string script)
    {
        // It makes the marks of pages with DES, which OpenSSL 3 has in its legacy provider only.
        string[] arguments =
            ["--openssl-legacy-provider", script, "-d", _directory, "-a", "127.0.0.1", "-p", "0", "--configure-bucket", Bucket];
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(node, arguments) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What a program's environment must have to be let in.</summary>
    public static IReadOnlyDictionary<string, string?> Environment { get; } = new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["AWS_ACCESS_KEY_ID"] = Key,
        ["AWS_SECRET_ACCESS_KEY"] = Key,
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    public Uri Url { get; private set; } = null!;

    public string Evidence
    {
        get
        {
            lock (_said)
            {
                return $"--- s3rver\n{_said}";
            }
        }
    }

    /// <summary>Skips the test, visibly, where s3rver or node is not installed.</summary>
    public static async Task<S3Server> StartAsync()
    {
        var script = Path.Join(RepositoryRoot.Find(), "artifacts/tools/node_modules/s3rver/bin/s3rver.js");
        Assert.SkipUnless(File.Exists(script), "s3rver is not installed: npm install --prefix artifacts/tools s3rver@3.7.1");
        var node = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(directory => Path.Join(directory, "node")).FirstOrDefault(File.Exists);
        Assert.SkipUnless(node is not null, "node is not installed");
        var server = new S3Server(node, script);
        try
        {
            server.Url = await server._listening.Task.WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            var evidence = server.Evidence;
            server.Dispose();
            Assert.Fail($"s3rver does not listen\n{evidence}");
        }

        return server;
    }

    /// <summary>A client with its credentials; of another address where a proxy stands before it.</summary>
    public AmazonS3Client Connect(Uri? through = null, int retries = 2) => new(
        new BasicAWSCredentials(Key, Key),
        new AmazonS3Config
        {
            ServiceURL = (through ?? Url).AbsoluteUri,
            ForcePathStyle = true,
            AuthenticationRegion = "us-east-1",
            MaxErrorRetry = retries,
        });

    /// <summary>Puts an object.</summary>
    public async Task PutAsync(string key, byte[] content)
    {
        using var client = Connect();
        using var stream = new MemoryStream(content);
        await client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = Bucket,
            Key = key,
            InputStream = stream,
            DisablePayloadSigning = false,
            UseChunkEncoding = false,
        });
    }

    /// <summary>Puts every file of a directory, with its path below it as the key.</summary>
    public async Task PutAllAsync(string directory, string prefix = "")
    {
        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            await PutAsync(prefix + Path.GetRelativePath(directory, file).Replace('\\', '/'), await File.ReadAllBytesAsync(file));
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private void Keep(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line);
        }

        if (line is not null && Listening().Match(line) is { Success: true } match)
        {
            _listening.TrySetResult(new Uri($"http://{match.Groups[1].Value}/"));
        }
    }

    [GeneratedRegex("listening on ([0-9.]+:[0-9]+)")]
    private static partial Regex Listening();
}
