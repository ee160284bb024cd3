namespace Shipper.LocalFirehose.Protocol;

/// <summary>The operations that are served.</summary>
internal enum Operation
{
    /// <summary>Stores one record.</summary>
    PutRecord,

    /// <summary>Stores up to 500 records.</summary>
    PutRecordBatch,

    /// <summary>Creates a stream.</summary>
    CreateDeliveryStream,

    /// <summary>Deletes a stream.</summary>
    DeleteDeliveryStream,

    /// <summary>Describes a stream.</summary>
    DescribeDeliveryStream,

    /// <summary>Lists names.</summary>
    ListDeliveryStreams,

    /// <summary>Changes a stream's destination.</summary>
    UpdateDestination,

    /// <summary>Adds or replaces tags.</summary>
    TagDeliveryStream,

    /// <summary>Removes tags.</summary>
    UntagDeliveryStream,

    /// <summary>Lists tags.</summary>
    ListTagsForDeliveryStream,
}
