namespace Shipper.TailShipper.Configuration;

/// <summary>How OTLP goes over the wire.</summary>
internal enum OtlpProtocol
{
    /// <summary>Protocol buffers in HTTP POST; port 4318 by custom.</summary>
    HttpProtobuf,

    /// <summary>gRPC over HTTP/2; port 4317 by custom.</summary>
    Grpc,
}
