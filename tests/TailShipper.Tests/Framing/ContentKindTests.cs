using System.Text;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Framing;
using Xunit;

namespace Shipper.TailShipper.Tests.Framing;

public sealed class ContentKindTests
{
    [Theory]
    [InlineData("1f8b0800000000000003", "gzip")]
    [InlineData("28b52ffd0458", "zstd")]
    [InlineData("04224d186440a7", "lz4")]
    [InlineData("fd377a585a000004", "xz")]
    [InlineData("425a683931415926535900", "bzip2")]
    [InlineData("425a6839177245385090", "bzip2")]
    [InlineData("504b03041400", "zip")]
    [InlineData("504b0506000000", "zip")]
    [InlineData("1f9d9061", "compress")]
    [InlineData("53514c69746520666f726d6174203300", "SQLite")]
    public void Known_formats_are_recognized_by_their_first_bytes(string hex, string name)
    {
        Assert.Equal(ContentVerdict.Binary, Judge(Convert.FromHexString(hex), out var what));
        Assert.EndsWith(name, what, StringComparison.Ordinal);
        Assert.Equal(ContentVerdict.Undecided, Judge(Convert.FromHexString(hex)[..1], out _));
    }

    [Theory]
    [InlineData("plain text\n")]
    [InlineData("line 1\nline 2\n\0\0\0\0\0\0\0")]
    [InlineData("line 1\n\0\0\0line 2\n")]
    [InlineData("padded\0\0\0\0\nnext\n")]
    [InlineData("PK is not a zip\n")]
    [InlineData("BZh is the name of somebody\n")]
    [InlineData("\u001b[31mred\u001b[0m\n")]
    public void Text_is_text(string text) => Assert.Equal(ContentVerdict.Text, Judge(Encoding.Latin1.GetBytes(text), out _));

    [Theory]
    [InlineData("{\"a\":1}\0{\"a\":2}\0")]
    [InlineData("a\0b\0c\0\n\0")]
    [InlineData("text\nELF\u0002\u0001\u0001\0\0\0\0\0\u0003")]
    [InlineData("hijkpts/0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0host")] // lastlog: a time, and texts filled with NULs
    public void NULs_between_other_bytes_of_a_line_are_not_text(string text) =>
        Assert.Equal(ContentVerdict.Binary, Judge(Encoding.Latin1.GetBytes(text), out _));

    [Fact]
    public void A_run_to_the_end_of_a_page_is_padding_also_within_a_line()
    {
        var text = new byte[1024];
        Encoding.ASCII.GetBytes("torn").CopyTo(text, 0);
        Encoding.ASCII.GetBytes("whole\n").CopyTo(text, 512);
        Assert.Equal(ContentVerdict.Text, Judge(text, out _));
    }

    [Fact]
    public void What_the_settings_say_goes_before_the_content()
    {
        var records = Encoding.ASCII.GetBytes("{\"a\":1}\0{\"a\":2}\0");
        Assert.Equal(ContentVerdict.Text, Judge(records, out _, new FramingSettings { LineEnd = LineEnd.Nul }));
        Assert.Equal(ContentVerdict.Text, Judge(records, out _, new FramingSettings { IncludeBinary = true }));
        Assert.Equal(ContentVerdict.Text, Judge(Encoding.Unicode.GetBytes("text\n"), out _, new FramingSettings(TextEncoding.Utf16LE)));
        Assert.Equal(ContentVerdict.Text, Judge([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("text\n")], out _));
        Assert.Equal(ContentVerdict.Binary, Judge([0x1f, 0x8b, 8], out _, new FramingSettings { LineEnd = LineEnd.Nul }));
    }

    private static ContentVerdict Judge(byte[] text, out string what, FramingSettings? settings = null) =>
        new ContentKind(settings ?? new FramingSettings()).Judge(text, 0, out what);
}
