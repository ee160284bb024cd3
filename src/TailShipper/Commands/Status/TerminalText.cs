using System.Text;

namespace Shipper.TailShipper.Commands.Status;

/// <summary>What a terminal can show: where its locale is not UTF-8, bars, dashes and signs are drawn with ASCII.</summary>
internal static class TerminalText
{
    /// <summary>A writer for the screens of this process: <paramref name="output"/> itself where the locale is UTF-8.</summary>
    public static TextWriter Writer(TextWriter output) => IsUtf8(Environment.GetEnvironmentVariable)
        ? output
        : new StreamWriter(Console.OpenStandardOutput(), Ascii()) { AutoFlush = true };

    /// <summary>True where the locale of the variables says so, as setlocale(3) reads them; on Windows always.</summary>
    public static bool IsUtf8(Func<string, string?> variable)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        var locale = ((string[])["LC_ALL", "LC_CTYPE", "LANG"]).Select(variable).FirstOrDefault(value => value is { Length: > 0 }) ?? "";
        return locale.Contains("UTF-8", StringComparison.OrdinalIgnoreCase) || locale.Contains("UTF8", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>ASCII, in which each of the screens' own signs has one that is as wide.</summary>
    public static Encoding Ascii() =>
        Encoding.GetEncoding("us-ascii", new SignFallback(), DecoderFallback.ReplacementFallback);

    private static char Sign(char sign) => sign switch
    {
        '█' => '#',
        '░' => '.',
        '–' or '—' => '-',
        '×' => 'x',
        '…' => '<',
        _ => '?',
    };

    private sealed class SignFallback : EncoderFallback
    {
        public override int MaxCharCount => 1;

        public override EncoderFallbackBuffer CreateFallbackBuffer() => new Signs();
    }

    private sealed class Signs : EncoderFallbackBuffer
    {
        private char _sign;
        private bool _isLeft;

        public override int Remaining => _isLeft ? 1 : 0;

        public override bool Fallback(char charUnknown, int index)
        {
            (_sign, _isLeft) = (Sign(charUnknown), true);
            return true;
        }

        public override bool Fallback(char charUnknownHigh, char charUnknownLow, int index)
        {
            (_sign, _isLeft) = ('?', true);
            return true;
        }

        public override char GetNextChar()
        {
            var next = _isLeft ? _sign : '\0';
            _isLeft = false;
            return next;
        }

        public override bool MovePrevious() => false;

        public override void Reset() => _isLeft = false;
    }
}
