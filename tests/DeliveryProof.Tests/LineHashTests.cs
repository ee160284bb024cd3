using System.Buffers.Binary;
using Shipper.DeliveryProof.Lines;
using Xunit;

namespace Shipper.DeliveryProof.Tests;

public sealed class LineHashTests
{
    // The first vectors of the reference program: key 00 01 … 0f, input 00 01 … of so many bytes.
    [Theory]
    [InlineData(0, "a3817f04ba25a8e66df67214c7550293")]
    [InlineData(1, "da87c1d86b99af44347659119b22fc45")]
    public void The_hash_is_that_of_the_reference(int length, string expected)
    {
        var key = Enumerable.Range(0, 16).Select(value => (byte)value).ToArray();
        var hash = new LineHash(key).Of([.. Enumerable.Range(0, length).Select(value => (byte)value)]);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, hash);
        Assert.Equal(expected, Convert.ToHexStringLower(bytes));
    }

    [Fact]
    public void Every_bit_and_the_length_of_a_line_matter()
    {
        var hash = new LineHash(new byte[16]);
        var seen = new HashSet<UInt128>();
        for (var length = 0; length <= 40; length++)
        {
            Assert.True(seen.Add(hash.Of(new byte[length])));
            for (var bit = 0; bit < 8 * length; bit++)
            {
                var line = new byte[length];
                line[bit / 8] = (byte)(1 << (bit % 8));
                Assert.True(seen.Add(hash.Of(line)));
            }
        }
    }

    [Fact]
    public void Another_key_gives_another_hash() =>
        Assert.NotEqual(new LineHash(new byte[16]).Of("a"u8), new LineHash([1, .. new byte[15]]).Of("a"u8));
}
