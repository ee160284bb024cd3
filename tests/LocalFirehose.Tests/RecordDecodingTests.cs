using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shipper.LocalFirehose.Protocol;
using Xunit;

namespace Shipper.LocalFirehose.Tests;

public sealed class RecordDecodingTests
{
    [Theory]
    [InlineData("")]
    [InlineData("aA==")]
    [InlineData("aGk=")]
    [InlineData("aGkh")]
    public void Padded_base64_is_decoded(string text)
    {
        var bytes = new byte[16];
        Assert.True(RecordDecoding.TryDecode(Encoding.ASCII.GetBytes(text), bytes, out var written));
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
        Assert.False(RecordDecoding.TryDecode(Encoding.ASCII.GetBytes(text), new byte[64], out _));

    [Fact]
    public void Whatever_is_encoded_comes_back() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), original =>
        {
            var bytes = new byte[original.Length + 3];
            return RecordDecoding.TryDecode(Encoding.ASCII.GetBytes(Convert.ToBase64String(original)), bytes, out var written)
                && original.AsSpan().SequenceEqual(bytes.AsSpan(0, written));
        }).QuickCheckThrowOnFailure();
}
