import { describe, expect, it } from "vitest";
import { SettingsError } from "../src/index.ts";
import { proxyFor, proxySettings } from "../src/proxy.ts";

const PROXY = "http://proxy.test:3128";

/** Whether a URL is reached directly under a `NO_PROXY`. */
function isDirect(noProxy: string, url: string): boolean {
  return proxyFor(new URL(url), { http: PROXY, https: PROXY, noProxy }) === undefined;
}

describe("proxySettings", () => {
  it.each([
    ["no variable", {}, {}],
    [
      "one of each scheme",
      { http_proxy: PROXY, https_proxy: "http://other.test" },
      [PROXY, "http://other.test"],
    ],
    [
      "small letters before capitals",
      { HTTPS_PROXY: "http://big.test", https_proxy: PROXY },
      [undefined, PROXY],
    ],
    ["capitals alone", { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY }, [PROXY, PROXY]],
    [
      "all_proxy for what has none",
      { all_proxy: PROXY, https_proxy: "http://tls.test" },
      [PROXY, "http://tls.test"],
    ],
    ["one without a scheme", { https_proxy: "proxy.test:3128" }, [undefined, PROXY]],
    [
      "one with credentials",
      { https_proxy: "http://me:se%40cret@proxy.test" },
      [undefined, "http://me:se%40cret@proxy.test"],
    ],
    ["one over TLS", { https_proxy: "https://proxy.test" }, [undefined, "https://proxy.test"]],
    ["empty ones", { https_proxy: "", HTTP_PROXY: "  ", ALL_PROXY: "" }, {}],
    [
      "an all_proxy that nobody needs",
      { ALL_PROXY: "socks5://s.test", http_proxy: PROXY, https_proxy: PROXY },
      [PROXY, PROXY],
    ],
  ] as const)("takes %s", (_, env, expected) => {
    const [http, https] = Array.isArray(expected)
      ? (expected as readonly (string | undefined)[])
      : [];
    expect(proxySettings(env)).toEqual({ ...(http && { http }), ...(https && { https }) });
  });

  it("takes the hosts without one, in either case", () => {
    expect(proxySettings({ NO_PROXY: "a.test", no_proxy: "b.test" })).toEqual({
      noProxy: "b.test",
    });
    expect(proxySettings({ NO_PROXY: "a.test" })).toEqual({ noProxy: "a.test" });
  });

  it.each(["socks5://proxy.test", "ftp://proxy.test", "http://pass word@", "http://"])(
    "refuses %s, and does not repeat it",
    (text) => {
      const read = (): unknown => proxySettings({ HTTPS_PROXY: text });
      expect(read).toThrow(SettingsError);
      expect(read).toThrow(/HTTPS_PROXY/);
      expect(read).not.toThrow(text);
    },
  );
});

describe("proxyFor", () => {
  it("goes by the scheme of the address", () => {
    const proxies = { https: "http://tls.test:1", http: "http://plain.test:2" };
    expect(proxyFor(new URL("https://a.test/x"), proxies)?.host).toBe("tls.test:1");
    expect(proxyFor(new URL("http://a.test/x"), proxies)?.host).toBe("plain.test:2");
    expect(proxyFor(new URL("http://a.test/x"), { https: PROXY })).toBeUndefined();
  });

  // What curl's manual says of --noproxy and NO_PROXY.
  it.each([
    ["*", "https://anything.test/", true],
    ["local.com", "https://local.com/", true],
    ["local.com", "https://local.com:8080/", true],
    ["local.com", "https://www.local.com/", true],
    ["local.com", "https://www.notlocal.com/", false],
    ["local.com", "https://notlocal.com/", false],
    ["local.com", "https://local.com.test/", false],
    [".local.com", "https://local.com/", true],
    [".local.com", "https://www.local.com/", true],
    ["www.local.com", "https://local.com/", false],
    ["LOCAL.com", "https://Local.COM/", true],
    ["local.com.", "https://local.com/", true],
    ["local.com", "https://local.com./", true],
    ["a.test, b.test", "https://b.test/", true],
    ["a.test b.test", "https://b.test/", true],
    ["a.test,,b.test,", "https://c.test/", false],
    ["", "https://a.test/", false],
    [",", "https://a.test/", false],
    ["localhost", "http://localhost:8000/", true],
    ["localhost", "http://127.0.0.1/", false],
    ["127.0.0.1", "http://127.0.0.1:8000/", true],
    ["0.0.1", "http://127.0.0.1/", false],
    [".0.0.1", "http://127.0.0.1/", false],
    ["192.168.0.0/16", "http://192.168.7.9/", true],
    ["192.168.0.0/16", "http://192.169.0.1/", false],
    ["192.168.0.0/16", "http://a.192.168.0.0.test/", false],
    ["10.1.2.3/8", "http://10.200.0.1/", true],
    ["10.0.0.0/0", "http://1.2.3.4/", true],
    ["10.0.0.0/33", "http://10.0.0.0/", false],
    ["10.0.0.0/", "http://1.2.3.4/", false],
    ["10.0.0.0/x", "http://10.0.0.0/", false],
    ["::1", "http://[::1]:8000/", true],
    ["[::1]", "http://[::1]/", true],
    ["0:0:0:0:0:0:0:1", "http://[::1]/", true],
    ["fe80::/10", "http://[fe80::7]/", true],
    ["fe80::/10", "http://[ff80::7]/", false],
    ["10.0.0.0/8", "http://[::1]/", false],
  ])("%j and %s: direct is %s", (noProxy, url, expected) => {
    expect(isDirect(noProxy, url)).toBe(expected);
  });

  // curl takes no ports; other tools do, and who writes one means it.
  it.each([
    ["a.test:8080", "http://a.test:8080/", true],
    ["a.test:8080", "http://www.a.test:8080/", true],
    ["a.test:8080", "http://a.test/", false],
    ["a.test:80", "http://a.test/", true],
    ["a.test:443", "https://a.test/", true],
    ["[::1]:8080", "http://[::1]:8080/", true],
    ["[::1]:8080", "http://[::1]/", false],
    ["*.a.test", "http://www.a.test/", true],
  ])("%j and %s: direct is %s", (noProxy, url, expected) => {
    expect(isDirect(noProxy, url)).toBe(expected);
  });
});
