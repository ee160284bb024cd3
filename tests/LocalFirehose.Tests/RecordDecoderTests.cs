using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shipper.LocalFirehose.Protocol;
using Xunit;

namespace Shipper.LocalFirehose.Tests;

public sealed class RecordDecoderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("aA==")]
    [InlineData("aGk=")]
    [InlineData("aGkh")]
    public void Padded_base64_is_decoded(string text)
    {
        var bytes = new byte[16];
        Assert.True(RecordDecoder.TryDecode(Encoding.ASCII.GetBytes(text), bytes, out var written));
        Assert.Equal(Convert.FromBase64String(text), bytes[..written]);
    }

    [Theory]
    [InlineData("aA")]
    [InlineData("a")]
    [InlineData("aA= =")]
    [InlineData(" aGkh")]
    [InlineData("aGkh   \n")]
    [InlineData("aG kh  =")]
    [InlineData("aA==aA==")]
    [InlineData("-_-_")]
    [InlineData("====")]
    [InlineData("a===")]
    public void Anything_else_is_refused(string text) =>
        Assert.False(RecordDecoder.TryDecode(Encoding.ASCII.GetBytes(text), new byte[64], out _));

    [Fact]
    public void Any_bytes_round_trip() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), original =>
        {
            var bytes = new byte[original.Length + 3];
            return RecordDecoder.TryDecode(Encoding.ASCII.GetBytes(Convert.ToBase64String(original)), bytes, out var written)
                && original.AsSpan().SequenceEqual(bytes.AsSpan(0, written));
        }).QuickCheckThrowOnFailure();
}
