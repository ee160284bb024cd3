using System.Globalization;
using System.Text.RegularExpressions;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Streams;

/// <summary>What a stream does with records before it delivers them.</summary>
/// <param name="Function">The function that transforms them; null for none.</param>
/// <param name="PartitionQuery">The query that gives partition keys; null for none.</param>
/// <param name="AppendsNewline">Whether each record gets a newline at its end.</param>
internal sealed record ProcessingSettings(FunctionSettings? Function, string? PartitionQuery, bool AppendsNewline)
{
    /// <summary>Checks all limits.</summary>
    /// <exception cref="ServiceException">The first limit that is violated.</exception>
    public void Validate()
    {
        Function?.Validate();
        if (PartitionQuery is not null)
        {
            _ = Streams.PartitionQuery.Parse(PartitionQuery);
        }
    }
}

/// <summary>The function that transforms records.</summary>
/// <param name="Arn">Its ARN.</param>
/// <param name="BufferSizeMiB">Bytes of records for one invocation, in MiB; 0.2 to 3.</param>
/// <param name="BufferSeconds">The longest that a record waits for its invocation; 0 to 900.</param>
/// <param name="Retries">How often a failed invocation is repeated; 0 to 300.</param>
internal sealed partial record FunctionSettings(string Arn, decimal BufferSizeMiB, int BufferSeconds, int Retries)
{
    // Amazon Data Firehose developer guide, "Transform source data"; API reference, ProcessorParameter.
    private const decimal MinSizeMiB = 0.2m;
    private const decimal MaxSizeMiB = 3m;

    /// <summary>Defaults of Firehose: 1 MiB, 60 seconds, three retries.</summary>
    public const decimal DefaultSizeMiB = 1m;

    /// <inheritdoc cref="DefaultSizeMiB"/>
    public const int DefaultSeconds = 60;

    /// <inheritdoc cref="DefaultSizeMiB"/>
    public const int DefaultRetries = 3;

    /// <summary>Most retries.</summary>
    public const int MaxRetries = 300;

    /// <summary>The same in bytes.</summary>
    public int BufferBytes => (int)(BufferSizeMiB * 1024 * 1024);

    /// <summary>Whether a text is the ARN of a function, with or without a version.</summary>
    public static bool IsArn(string text) => ArnPattern().IsMatch(text);

    /// <summary>Checks all limits.</summary>
    /// <exception cref="ServiceException">The first limit that is violated.</exception>
    public void Validate()
    {
        if (!IsArn(Arn))
        {
            throw Invalid(
                $"LambdaArn {Arn} is not the ARN of a function, for example arn:aws:lambda:eu-west-1:000000000000:function:name.");
        }

        CheckRange("BufferSizeInMBs", BufferSizeMiB, MinSizeMiB, MaxSizeMiB);
        CheckRange("BufferIntervalInSeconds", BufferSeconds, Limits.MinBufferSeconds, Limits.MaxBufferSeconds);
        CheckRange("NumberOfRetries", Retries, 0, MaxRetries);
    }

    private static void CheckRange(string parameter, decimal value, decimal min, decimal max)
    {
        if (value < min || value > max)
        {
            throw Invalid(string.Create(
                CultureInfo.InvariantCulture, $"The parameter {parameter} of a Lambda processor is {value}; it must be {min} to {max}."));
        }
    }

    private static ServiceException Invalid(string message) => new(Errors.InvalidArgument(message));

    [GeneratedRegex(@"^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[a-zA-Z0-9_-]+(:[a-zA-Z0-9$_-]+)?\z")]
    private static partial Regex ArnPattern();
}

/// <summary>A Kinesis data stream that a stream reads in place of calls.</summary>
/// <param name="StreamArn">Its ARN.</param>
/// <param name="RoleArn">The role that Firehose would assume; stored, but not used.</param>
internal sealed partial record KinesisSource(string StreamArn, string RoleArn)
{
    /// <summary>The stream's name.</summary>
    public string StreamName => StreamArn[(StreamArn.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>The region, for signatures.</summary>
    public string Region => StreamArn.Split(':')[3];

    /// <summary>Whether a text is the ARN of a data stream.</summary>
    public static bool IsArn(string? text) => text is not null && ArnPattern().IsMatch(text);

    /// <summary>Whether a text is the name of a data stream.</summary>
    public static bool IsName(string text) => NamePattern().IsMatch(text);

    [GeneratedRegex(@"^[a-zA-Z0-9_.-]{1,128}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^arn:aws[a-z-]*:kinesis:[a-z0-9-]+:[0-9]{12}:stream/[a-zA-Z0-9_.-]{1,128}\z")]
    private static partial Regex ArnPattern();
}
