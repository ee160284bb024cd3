using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Shipper.Foundation.Configuration;
using Shipper.LocalFirehose.Faults;
using Shipper.LocalFirehose.Processing;
using Shipper.LocalFirehose.Protocol;
using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Hosting;

/// <summary>Validates the options, so that nothing in them can fail later.</summary>
internal static class OptionsValidation
{
    private const string Section = "LocalFirehose";

    /// <summary>Adds all problems of <paramref name="options"/> to <paramref name="problems"/>.</summary>
    public static void Validate(LocalFirehoseOptions options, DateTimeOffset now, ConfigurationProblems problems)
    {
        if (options.Port is < 0 or > 65535)
        {
            problems.Add($"{Section}:Port", Text(options.Port), "is not a TCP port", "Write 0 (any free port) to 65535");
        }

        RequireText(options.AccessKeyId, "AccessKeyId", problems);
        RequireText(options.SecretAccessKey, "SecretAccessKey", problems);
        RequireText(options.DataDirectory, "DataDirectory", problems);
        ValidateCertificate(options.Certificate, problems);
        ValidateFunctions(options.Functions, problems);
        if (!string.IsNullOrEmpty(options.KinesisEndpoint) && !IsUrl(options.KinesisEndpoint))
        {
            problems.Add(
                $"{Section}:KinesisEndpoint", options.KinesisEndpoint, "is not a URL", "Write one, for example http://127.0.0.1:4567");
        }

        ValidateStreams(options, now, problems);
        foreach (var problem in FaultValidation.Problems(options.Faults))
        {
            problems.Add($"{Section}:Faults:{problem.Key}", problem.Value, problem.Reason, problem.Fix);
        }
    }

    private static void ValidateFunctions(List<FunctionOptions> functions, ConfigurationProblems problems)
    {
        var arns = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < functions.Count; index++)
        {
            var function = functions[index];
            var key = $"{Section}:Functions:{index}";
            if (!FunctionSettings.IsArn(function.Arn))
            {
                problems.Add(
                    $"{key}:Arn",
                    function.Arn,
                    "is not the ARN of a function",
                    "Write one, for example arn:aws:lambda:eu-west-1:000000000000:function:changes");
            }
            else if (!arns.Add(FunctionEndpoints.Unversioned(function.Arn)))
            {
                problems.Add($"{key}:Arn", function.Arn, "is used twice", "Give every function one endpoint");
            }

            if (!IsUrl(function.Url))
            {
                problems.Add($"{key}:Url", function.Url, "is not a URL", "Write one, for example http://127.0.0.1:9001/");
            }
        }
    }

    private static void ValidateStreams(LocalFirehoseOptions options, DateTimeOffset now, ConfigurationProblems problems)
    {
        var streams = options.Streams;
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < streams.Count; index++)
        {
            var stream = streams[index];
            var key = $"{Section}:Streams:{index}";
            if (!StreamName.IsValid(stream.Name))
            {
                problems.Add($"{key}:Name", stream.Name, "is not a stream name", "Use 1 to 64 of a-z A-Z 0-9 _ . -");
            }
            else if (!names.Add(stream.Name))
            {
                problems.Add($"{key}:Name", stream.Name, "is used twice", "Give every stream a different name");
            }

            if (!BucketName.IsValid(stream.Bucket))
            {
                problems.Add(
                    $"{key}:Bucket", stream.Bucket, "is not a bucket name", "Use 1 to 255 of a-z A-Z 0-9 _ . -, without arn:aws:s3:::");
            }

            var found = problems.All.Count;
            CheckRange(stream.BufferSizeMiB, Limits.MinBufferSizeMiB, Limits.MaxBufferSizeMiB, $"{key}:BufferSizeMiB", problems);
            CheckRange(stream.BufferSeconds, Limits.MinBufferSeconds, Limits.MaxBufferSeconds, $"{key}:BufferSeconds", problems);
            try
            {
                _ = DestinationPrefixes.Parse(stream.Prefix, stream.ErrorOutputPrefix, now, stream.DynamicPartitioning);
            }
            catch (ServiceException exception)
            {
                var reason = exception.Error.Message.TrimEnd('.');
                problems.Add($"{key}:Prefix", stream.Prefix, reason, "See docs/local-firehose.md for the expressions");
            }

            ValidateProcessing(stream, key, options, problems);
            if (problems.All.Count == found)
            {
                ValidateTogether(stream, key, now, problems);
            }
        }
    }

    private static void ValidateProcessing(StreamOptions stream, string key, LocalFirehoseOptions options, ConfigurationProblems problems)
    {
        if (!string.IsNullOrEmpty(stream.Function) && new FunctionEndpoints(
            options.Functions.Where(function => IsUrl(function.Url)).DistinctBy(function => FunctionEndpoints.Unversioned(function.Arn)))
            .Find(stream.Function) is null)
        {
            problems.Add($"{key}:Function", stream.Function, "has no endpoint", $"Add it to {Section}:Functions, with Arn and Url");
        }

        if (stream.FunctionBufferSizeMiB is < 0.2 or > 3)
        {
            problems.Add(
                $"{key}:FunctionBufferSizeMiB",
                stream.FunctionBufferSizeMiB.ToString(CultureInfo.InvariantCulture),
                "is outside the limits of Firehose",
                "Write 0.2 to 3");
        }

        CheckRange(
            stream.FunctionBufferSeconds, Limits.MinBufferSeconds, Limits.MaxBufferSeconds, $"{key}:FunctionBufferSeconds", problems);
        CheckRange(stream.FunctionRetries, 0, FunctionSettings.MaxRetries, $"{key}:FunctionRetries", problems);
        if (string.IsNullOrEmpty(stream.KinesisStream))
        {
            return;
        }

        if (!KinesisSource.IsName(stream.KinesisStream))
        {
            problems.Add($"{key}:KinesisStream", stream.KinesisStream, "is not a stream name", "Use 1 to 128 of a-z A-Z 0-9 _ . -");
        }

        if (string.IsNullOrEmpty(options.KinesisEndpoint))
        {
            problems.Add(
                $"{key}:KinesisStream", stream.KinesisStream, "cannot be read without an endpoint", $"Set {Section}:KinesisEndpoint");
        }
    }

    // What single values do not show; each of them is valid here.
    private static void ValidateTogether(StreamOptions stream, string key, DateTimeOffset now, ConfigurationProblems problems)
    {
        try
        {
            ConfiguredStreams.Definition(stream, now).Destination.Validate(now);
        }
        catch (ServiceException exception)
        {
            var reason = exception.Error.Message.TrimEnd('.');
            problems.Add(key, stream.Name, reason, "See docs/local-firehose.md, \"Data transformation\" and \"Dynamic partitioning\"");
        }
    }

    private static bool IsUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);

    private static void ValidateCertificate(CertificateOptions certificate, ConfigurationProblems problems)
    {
        const string Key = $"{Section}:Certificate:Path";
        if (string.IsNullOrEmpty(certificate.Path))
        {
            return;
        }

        try
        {
            using var loaded = X509CertificateLoader.LoadPkcs12FromFile(certificate.Path, certificate.Password);
            if (!loaded.HasPrivateKey)
            {
                problems.Add(Key, certificate.Path, "has no private key", "Export the certificate together with its key");
            }
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            var reason = $"cannot be opened ({exception.Message.TrimEnd('.')})";
            problems.Add(Key, certificate.Path, reason, "Name a readable PKCS #12 file and its Password");
        }
    }

    private static void CheckRange(int value, int min, int max, string key, ConfigurationProblems problems)
    {
        if (value < min || value > max)
        {
            problems.Add(key, Text(value), "is outside the limits of Firehose", $"Write {min} to {max}");
        }
    }

    private static void RequireText(string? value, string key, ConfigurationProblems problems)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            problems.Add($"{Section}:{key}", value, "is empty", "Write a value, or remove the key to use the default");
        }
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
