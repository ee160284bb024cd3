using System.Text;

namespace Shipper.TailShipper.Tests.Fuzzing;

/// <summary>Damages documents: every input follows from its seed alone.</summary>
internal sealed class Mutator(IReadOnlyList<byte[]> documents)
{
    private const int MostBytes = 64 * 1024;

    private static readonly byte[][] Odd =
    [
        .. new[]
        {
            "0", "-1", "1e999", "-0", "9223372036854775807", "9223372036854775808", "18446744073709551616",
            "340282366920938463463374607431768211456", "1" + new string('0', 400), "0.5", "NaN", "null", "true", "\"\"", "[]", "{}",
            "[[", "{\"a\":",
            "\"\\ud800\"", "\"\\u0000\"", "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.9999999Z\"", "\"9999-12-31T23:59:59-14:00\"",
            "\\", "\"", "\n", "\r\n", ",", ":", "}", "]", "/*", "//", "\u202e", "\u0085", "\u2028",
        }.Select(Encoding.UTF8.GetBytes),
        [0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], [0xF4, 0x90, 0x80, 0x80],
    ];

    /// <summary>The input of a seed.</summary>
    public byte[] Next(Random random)
    {
        var input = new List<byte>(documents[random.Next(documents.Count)]);
        for (var changes = 1 + random.Next(4); changes > 0; changes--)
        {
            Change(input, random);
        }

        return [.. input.Take(MostBytes)];
    }

    private void Change(List<byte> input, Random random)
    {
        var at = random.Next(input.Count + 1);
        var length = Math.Min(input.Count - at, 1 + random.Next(random.Next(2) == 0 ? 4 : 200));
        switch (random.Next(9))
        {
            case 0 when length > 0:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when length > 0:
                input[at] = (byte)random.Next(256);
                break;
            case 2:
                input.RemoveRange(at, length);
                break;
            case 3:
                input.InsertRange(at, Odd[random.Next(Odd.Length)]);
                break;
            case 4:
                ReplaceValue(input, at, random);
                break;
            case 5:
                var part = input.GetRange(at, length);
                for (var times = random.Next(20) == 0 ? random.Next(2000) : random.Next(4); times > 0; times--)
                {
                    input.InsertRange(at, part);
                }

                break;
            case 6:
                var other = documents[random.Next(documents.Count)];
                var from = random.Next(other.Length);
                input.InsertRange(at, other.AsSpan(from, Math.Min(other.Length - from, 1 + random.Next(200))).ToArray());
                break;
            case 7 when random.Next(4) == 0:
                input.RemoveRange(at, input.Count - at);
                break;
            case 8 when random.Next(10) == 0:
                input.InsertRange(at, Enumerable.Repeat((byte)"[{\"0 \n"[random.Next(6)], random.Next(100_000)));
                break;
            default:
                input.Insert(at, (byte)random.Next(32, 127));
                break;
        }
    }

    // A number or a string in its entirety: most damage elsewhere is caught by the first check of the syntax.
    private static void ReplaceValue(List<byte> input, int at, Random random)
    {
        var start = input.FindIndex(Math.Min(at, input.Count), value => value is (byte)':' or (byte)'[' or (byte)',') + 1;
        if (start == 0)
        {
            return;
        }

        var end = start < input.Count && input[start] == '"' ? input.IndexOf((byte)'"', Math.Min(start + 1, input.Count)) + 1
            : input.FindIndex(start, value => value is (byte)',' or (byte)'}' or (byte)']' or (byte)'\n');
        input.RemoveRange(start, Math.Max(0, (end <= 0 ? input.Count : end) - start));
        input.InsertRange(start, Odd[random.Next(Odd.Length)]);
    }
}
