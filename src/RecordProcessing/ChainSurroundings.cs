namespace Shipper.RecordProcessing;

/// <summary>What the steps of a chain know of the machine and the time.</summary>
/// <param name="HostName">The machine's name.</param>
/// <param name="StateId">Random id of the state directory: the same stream id of another one is another stream.</param>
/// <param name="Time">The clock.</param>
/// <param name="Instance">What EC2 says of the instance; null while it is not known.</param>
internal sealed record ChainSurroundings(string HostName, string StateId, TimeProvider Time, Func<InstanceIdentity?> Instance);

/// <summary>What EC2's instance metadata say of the instance. A new object whenever they were asked for again.</summary>
/// <param name="PrivateIp">Private address.</param>
/// <param name="AvailabilityZone">For example eu-central-1a.</param>
/// <param name="InstanceId">For example i-00000000000000001.</param>
/// <param name="InstanceType">For example t3.micro.</param>
/// <param name="AccountId">The account, 12 digits.</param>
/// <param name="AmiId">The image it was started from.</param>
/// <param name="Region">For example eu-central-1.</param>
/// <param name="At">When it was asked for.</param>
/// <param name="Tags">Its tags in their order; empty where the instance may not read them.</param>
internal sealed record InstanceIdentity(
    string PrivateIp,
    string AvailabilityZone,
    string InstanceId,
    string InstanceType,
    string AccountId,
    string AmiId,
    string Region,
    DateTimeOffset At,
    IReadOnlyList<KeyValuePair<string, string>> Tags);
