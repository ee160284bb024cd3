using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shipper.Foundation.Configuration;

namespace Shipper.LocalPipeline.Configuration;

/// <summary>
/// The settings of the three services. Later ones take precedence: the defaults of the pipeline (a file), the user's files and
/// environment, the options of the pipeline, the user's <c>--set</c>, and the settings that connect the services, which the
/// user cannot change.
/// </summary>
internal sealed class ServiceSettings(RunRequest request, RunDirectory directory, string deliveryStream)
{
    /// <summary>Default name of the bucket.</summary>
    public const string DefaultBucket = "local-orders";

    private const int LinesPerRecord = 500;

    // With the usual record and call a second there would be next to nothing to refuse.
    private const int LinesPerRecordWithFaults = 20;
    private const string BatchAgeWithFaults = "200ms";
    private const double FailedRecordShare = 0.05;
    private const double ThrottledCallShare = 0.02;

    // Other parts of the pipeline depend on each of these.
    private static readonly string[] Reserved =
    [
        "Generator:Directory", "Generator:Rotation:Mode", "Generator:Rotation:Keep", "Generator:Replay:Loop",
        "Shipper:StateDirectory", "Shipper:Flows:0:Paths", "Shipper:Metrics:Path", "Shipper:Log:Path",
        "Shipper:Aws:ServiceUrl", "Shipper:Aws:Profile", "Shipper:Aws:RoleArn",
        "LocalFirehose:DataDirectory", "LocalFirehose:UrlFile", "LocalFirehose:AccessKeyId", "LocalFirehose:SecretAccessKey",
        "LocalFirehose:Certificate",
    ];

    /// <summary>Adds a problem for each setting that the user cannot change.</summary>
    public static void CheckReserved(IEnumerable<string> settings, ConfigurationProblems problems)
    {
        foreach (var setting in settings)
        {
            var key = setting.Split('=', 2)[0];
            if (Reserved.Any(reserved => (key + ":").StartsWith(reserved + ":", StringComparison.OrdinalIgnoreCase)))
            {
                problems.Add(
                    "--set", setting, "is set by the pipeline itself", "Remove it; use --data DIR and --replay FILE for the paths");
            }
        }
    }

    /// <summary>The defaults as JSON: small buffers and short intervals, so that results appear soon.</summary>
    public string Defaults()
    {
        var firehose = new JsonObject
        {
            ["Port"] = 0,
            ["Streams"] = new JsonArray(new JsonObject
            {
                ["Name"] = deliveryStream,
                ["Bucket"] = DefaultBucket,
                ["BufferSizeMiB"] = 1,
                ["BufferSeconds"] = 2,
            }),
        };
        if (request.Faults)
        {
            firehose["Faults"] = new JsonObject { ["FailedRecordShare"] = FailedRecordShare, ["ThrottledCallShare"] = ThrottledCallShare };
        }

        var flow = new JsonObject
        {
            ["Name"] = "orders",
            ["Aggregation"] = new JsonObject
            {
                ["Mode"] = "Lines",
                ["MaxLines"] = request.Faults ? LinesPerRecordWithFaults : LinesPerRecord,
            },
        };
        if (request.Faults)
        {
            flow["MaxBatchAge"] = BatchAgeWithFaults;
        }

        var root = new JsonObject
        {
            ["Generator"] = new JsonObject { ["LinesPerSecond"] = request.Replay is null ? RunRequest.DefaultLinesPerSecond : 0 },
            ["Shipper"] = new JsonObject
            {
                ["Aws"] = new JsonObject { ["Region"] = "us-east-1" },
                ["Metrics"] = new JsonObject { ["Interval"] = "100ms" },
                ["Flows"] = new JsonArray(flow),
            },
            ["LocalFirehose"] = firehose,
        };
        return root.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";
    }

    /// <summary>Arguments of the generator.</summary>
    public IReadOnlyList<string> Generator()
    {
        List<string> own =
        [
            $"Generator:Directory={directory.Orders}",
            "Generator:Rotation:Mode=NewFile",
            "Generator:Rotation:Keep=0",
            "Generator:Replay:Loop=false",
        ];
        if (request.Replay is not null)
        {
            own.Add($"Generator:Replay:Path={request.Replay}");
        }

        return Arguments(own);
    }

    /// <summary>Arguments of the shipper.</summary>
    public IReadOnlyList<string> Shipper(string firehoseUrl) => Arguments(
    [
        $"Shipper:StateDirectory={directory.State}",
        $"Shipper:Flows:0:Paths:0={Path.Combine(directory.Orders, "*.log")}",
        $"Shipper:Flows:0:DeliveryStream={deliveryStream}",
        $"Shipper:Metrics:Path={directory.Metrics}",
        "Shipper:Log:Path=",
        $"Shipper:Aws:ServiceUrl={firehoseUrl}",
        "Shipper:Aws:Profile=",
        "Shipper:Aws:RoleArn=",
        "Shipper:Aws:ExternalId=",
    ]);

    /// <summary>Arguments of the local Firehose.</summary>
    public IReadOnlyList<string> Firehose() => Arguments(
    [
        $"LocalFirehose:DataDirectory={directory.Root}",
        $"LocalFirehose:UrlFile={directory.FirehoseUrl}",
        "LocalFirehose:AccessKeyId=local",
        "LocalFirehose:SecretAccessKey=local-secret",
    ]);

    /// <summary>Arguments of the lake.</summary>
    /// <remarks>
    /// One thread and little memory, because the services come first: what it has not taken when they end is taken then.
    /// </remarks>
    public IReadOnlyList<string> Lake(LakeTable table) =>
    [
        "serve", "--raw", directory.S3, "--lake", directory.Lake, "--threads", "1", "--memory-limit", "256MiB",
        "--listen", "127.0.0.1:0", "--url-file", directory.PageUrl, "--pipeline", directory.Status,
        .. table switch { LakeTable.Events => ["--events"], LakeTable.Changes => ["--changes"], _ => (string[])[] },
    ];

    private List<string> Arguments(IEnumerable<string> own)
    {
        List<string> arguments = ["--config", directory.Defaults];
        foreach (var file in request.ConfigFiles)
        {
            arguments.AddRange(["--config", file]);
        }

        foreach (var setting in FromOptions().Concat(request.Settings).Concat(own))
        {
            arguments.AddRange(["--set", setting]);
        }

        return arguments;
    }

    private IEnumerable<string> FromOptions()
    {
        if (request.LinesPerSecond is { } rate)
        {
            yield return $"Generator:LinesPerSecond={rate.ToString(CultureInfo.InvariantCulture)}";
        }

        if (request.Files is { } files)
        {
            yield return $"Generator:Files={files.ToString(CultureInfo.InvariantCulture)}";
        }
    }
}
