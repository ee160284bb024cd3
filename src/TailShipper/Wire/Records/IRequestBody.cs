namespace Shipper.TailShipper.Wire.Records;

/// <summary>An encoded request body in pieces; unchanged while a call is under way. The same body may be sent again.</summary>
internal interface IRequestBody
{
    /// <summary>Records in it, at least 1.</summary>
    int Records { get; }

    /// <summary>Bytes of all pieces together.</summary>
    long Length { get; }

    /// <summary>Number of pieces.</summary>
    int Pieces { get; }

    /// <summary>Piece <paramref name="index"/>, in sending order.</summary>
    ReadOnlyMemory<byte> Piece(int index);
}
