using System.Text.Json.Serialization;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Faults;

namespace Shipper.LocalFirehose.Admin;

/// <summary>The shapes of the admin calls; a misspelt fault is refused, not ignored.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, UseStringEnumConverter = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(FaultOptions))]
[JsonSerializable(typeof(CountersAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(FlushResult))]
[JsonSerializable(typeof(AdminProblem))]
internal sealed partial class AdminJson : JsonSerializerContext;
