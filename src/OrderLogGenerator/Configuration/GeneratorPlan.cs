using System.Globalization;

namespace Shipper.OrderLogGenerator.Configuration;

/// <summary>Says in one sentence what a configuration makes the generator do.</summary>
internal static class GeneratorPlan
{
    /// <summary>The sentence, without its full stop.</summary>
    public static string Describe(GeneratorOptions options)
    {
        var what = options.Replay.Path is { Length: > 0 } path
            ? $"replays {path}{(options.Replay.Loop ? " again and again" : "")} as {options.Format}"
            : $"writes {options.Format} lines (seed {Text(options.Seed)}, {options.Clock} clock)";
        var rate = options.Replay.SpeedUp > 0 ? $"in its own tempo × {Text(options.Replay.SpeedUp)}"
            : options.LinesPerSecond == 0 ? "as fast as possible"
            : $"at {Text(options.LinesPerSecond)} lines/s";
        var burst = options.Burst.Lines > 0 ? $" and {Text(options.Burst.Lines)} more every {options.Burst.Every:c}" : "";
        var end = options.MaxLines > 0 ? $", {Text(options.MaxLines)} lines in all" : "";
        var files = options.Files > 1 ? $"{Text(options.Files)} files at a time" : "one file at a time";
        return $"{what} {rate}{burst}{end}, to {files} in {options.Directory} named {options.FileNamePattern}; {Rotation(options.Rotation)}";
    }

    private static string Rotation(RotationOptions rotation)
    {
        var size = rotation.MaxBytes > 0 ? $"at {Text(rotation.MaxBytes)} bytes" : null;
        var age = rotation.Interval > TimeSpan.Zero ? $"after {rotation.Interval:c}" : null;
        return size is null && age is null
            ? "no rotation"
            : $"rotation ({rotation.Mode}) {string.Join(" or ", new[] { size, age }.OfType<string>())}, {(rotation.Keep == 0 ? "all rotated files kept" : $"{Text(rotation.Keep)} rotated files kept")}";
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
