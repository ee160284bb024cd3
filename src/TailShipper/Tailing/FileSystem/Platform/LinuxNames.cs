using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using System.Text;

namespace Shipper.TailShipper.Tailing.FileSystem.Platform;

/// <summary>
/// Names of files as text. Linux's names are bytes; those that are not UTF-8 are written <c>\xE9</c>, one such escape for each byte, and a
/// backslash that would read as the beginning of an escape is one itself. So every name is a text, and every text is one name: in
/// patterns, in the journal, in messages and on the command line.
/// </summary>
internal static class LinuxNames
{
    private const int EscapeLength = 4;
    private const string Hex = "0123456789ABCDEF";

    /// <summary>Most characters that <see cref="Decode"/> makes of so many bytes.</summary>
    public static int MaxLength(int bytes) => EscapeLength * bytes;

    /// <summary>The text of a name.</summary>
    /// <param name="name">The bytes.</param>
    /// <param name="text">Receives it; <see cref="MaxLength"/> characters are enough.</param>
    /// <returns>How many characters it has.</returns>
    public static int Decode(ReadOnlySpan<byte> name, Span<char> text)
    {
        var length = 0;
        while (!name.IsEmpty)
        {
            if (name[0] < 0x80 && !IsEscape(name))
            {
                text[length++] = (char)name[0];
                name = name[1..];
            }
            else if (name[0] >= 0x80 && Rune.DecodeFromUtf8(name, out var rune, out var used) == OperationStatus.Done)
            {
                length += rune.EncodeToUtf16(text[length..]);
                name = name[used..];
            }
            else
            {
                text[length++] = '\\';
                text[length++] = 'x';
                text[length++] = Hex[name[0] >> 4];
                text[length++] = Hex[name[0] & 15];
                name = name[1..];
            }
        }

        return length;
    }

    /// <summary>The text of a name.</summary>
    public static string Decode(ReadOnlySpan<byte> name)
    {
        var text = new char[MaxLength(name.Length)];
        return new string(text, 0, Decode(name, text));
    }

    /// <summary>The bytes of a text that <see cref="Decode(ReadOnlySpan{byte})"/> makes, or that a person wrote.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">Receives them; three bytes for each character are enough.</param>
    /// <returns>How many bytes there are.</returns>
    public static int Encode(ReadOnlySpan<char> text, Span<byte> name)
    {
        var length = 0;
        while (!text.IsEmpty)
        {
            var plain = text.IndexOf("\\x", StringComparison.Ordinal);
            plain = plain < 0 ? text.Length : plain;
            length += Encoding.UTF8.GetBytes(text[..plain], name[length..]);
            text = text[plain..];
            if (text.Length >= EscapeLength && char.IsAsciiHexDigit(text[2]) && char.IsAsciiHexDigit(text[3]))
            {
                name[length++] = Convert.FromHexString(text[2..EscapeLength])[0];
                text = text[EscapeLength..];
            }
            else if (!text.IsEmpty)
            {
                name[length++] = (byte)'\\';
                text = text[1..];
            }
        }

        return length;
    }

    private static bool IsEscape(ReadOnlySpan<byte> name) => name is [(byte)'\\', (byte)'x', var high, var low, ..]
        && char.IsAsciiHexDigit((char)high) && char.IsAsciiHexDigit((char)low);
}

/// <summary>Hands the bytes of a path to the system.</summary>
[CustomMarshaller(typeof(string), MarshalMode.ManagedToUnmanagedIn, typeof(ManagedToUnmanagedIn))]
internal static unsafe class LinuxPathMarshaller
{
    /// <summary>One path for one call.</summary>
    public ref struct ManagedToUnmanagedIn
    {
        private byte* _allocated;
        private Span<byte> _bytes;

        /// <summary>Bytes that need not be allocated.</summary>
        public static int BufferSize => 512;

        /// <summary>Takes the path.</summary>
        /// <param name="path">The path.</param>
        /// <param name="buffer">Memory on the stack.</param>
        public void FromManaged(string path, Span<byte> buffer)
        {
            var most = (3 * path.Length) + 1;
            if (most > buffer.Length)
            {
                _allocated = (byte*)NativeMemory.Alloc((nuint)most);
                buffer = new Span<byte>(_allocated, most);
            }

            _bytes = buffer;
            buffer[LinuxNames.Encode(path, buffer)] = 0;
        }

        /// <summary>The bytes, with a zero behind them; they are not on the heap.</summary>
        public readonly byte* ToUnmanaged() => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(_bytes));

        /// <summary>Gives back what was allocated.</summary>
        public readonly void Free() => NativeMemory.Free(_allocated);
    }
}
