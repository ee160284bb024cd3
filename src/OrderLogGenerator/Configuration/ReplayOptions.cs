namespace Shipper.OrderLogGenerator.Configuration;

/// <summary>A real file of retail lines to write instead of sampled ones.</summary>
internal sealed class ReplayOptions
{
    /// <summary>A CSV file with the eight columns of the Online Retail data set, plain or gzip; absent for sampled lines.</summary>
    public string? Path { get; set; }

    /// <summary>Start again at the end, for ever or until <see cref="GeneratorOptions.MaxLines"/>.</summary>
    public bool Loop { get; set; }

    /// <summary>Write in the tempo of the file's dates, this many times faster; 0 to go by <see cref="GeneratorOptions.LinesPerSecond"/>.</summary>
    public double SpeedUp { get; set; }

    /// <summary>How the file encodes its text.</summary>
    public ReplayEncoding Encoding { get; set; }
}
