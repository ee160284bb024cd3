using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Shipper.OrderLake.Page;

/// <summary>
/// Who may see the page. Without a token it is for this machine only; a request whose host is neither an address nor <c>localhost</c> is
/// refused, so that a name of somebody else that leads here opens nothing in a browser. With a token everybody who knows it may.
/// </summary>
internal sealed class PageAccess(string? token)
{
    /// <summary>The fewest characters of a token.</summary>
    public const int LeastCharacters = 16;

    private const string Cookie = "order-lake";
    private const string Bearer = "Bearer ";

    // Known to those who sent the token to this process.
    private readonly string _session = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether a token is needed.</summary>
    public bool NeedsToken => token is not null;

    /// <summary>Whether the request's host may be used.</summary>
    public bool IsHost(HttpRequest request) => NeedsToken || request.Host.Host is var host
        && (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out _));

    /// <summary>Whether the request may see the page.</summary>
    public bool MaySee(HttpRequest request)
    {
        if (token is null)
        {
            return true;
        }

        var authorization = request.Headers.Authorization.ToString();
        return Same(request.Cookies[Cookie], _session)
            || (authorization.StartsWith(Bearer, StringComparison.Ordinal) && IsToken(authorization[Bearer.Length..]));
    }

    /// <summary>Whether a text is the token.</summary>
    public bool IsToken(string? text) => token is not null && Same(text, token);

    /// <summary>Lets the browser in that sent the token.</summary>
    public void Admit(HttpResponse response) => response.Cookies.Append(
        Cookie, _session, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true });

    private static bool Same(string? text, string secret) => text is not null && CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(text)), SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
