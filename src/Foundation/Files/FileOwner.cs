namespace Shipper.Foundation.Files;

/// <summary>Whose a file is.</summary>
/// <param name="User">Numeric user id.</param>
/// <param name="Group">Numeric group id.</param>
/// <param name="Mode">Permission and type bits, as <c>st_mode</c>.</param>
internal readonly record struct FileOwner(uint User, uint Group, uint Mode);
