/// Private keys that the RFCs print for everyone, and some that cannot sign.
enum ExampleKey {
    /// RFC 7515 appendix A.2, as PKCS#1.
    static let rfc7515A2 = """
        -----BEGIN RSA PRIVATE KEY-----
        MIIEowIBAAKCAQEAofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd/wWJcyQoTbji9k0
        l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL+yRT+SFd2lZS+pC
        gNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb/7OMg0LOL+bSf63kpaSHSX
        ndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uD
        Zlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxXFvUK+DWNmoudF8NAco9/h9iaGNj8
        q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQIDAQABAoIBABKucaRpzQorw35S
        bEUAVx8dYXUdZOlJcHtiWQ+dC6V8ljxAHj/PLyzTveyI5QO/xkObCyjIL303l2cf
        UhPu2MFaJdjVzqACXuOrLot/eSFvxjvqVidTtAZExqFRJ9mylUVAoLvhowVWmC1O
        n95fZCXxTUtxNEG1Xcc7m0rtzJKs45J+N/V9DP1edYH6USyPSWGp6wuA+KgHRnKK
        Vf9GRx80JQY7nVNkL17eHoTWEwga+lwi0FEoW9Y7lDtWXYmKBWhUE+U8PGxlJf8f
        40493HDw1WRQ/aSLoS4QTp3rn7gYgeHEvfJdkkf0UMhlknlo53M09EFPdadQ4TlU
        bjqKc50CgYEA4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH/5IB3jw3bcxGn6QLvnE
        tfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw/Py5PJdTJNPY8cQn7ouZ2KKDcmnPG
        BY5t7yLc1QlQ5xHdwW1VhvKn+nXqhJTBgIPgtldC+KDV5z+y2XDwGUcCgYEAuQPE
        fgmVtjL0Uyyx88GZFF1fOunH3+7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYs
        p1ZSe7zFYHj7C6ul7TjeLQeZD/YwD66t62wDmpe/HlB+TnBA+njbglfIsRLtXlnD
        zQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdcCgYAHAp9XcCSrn8wVkMVkKdb7
        DOX4IKjzdahm+ctDAJN4O/y7OW5FKebvUjdAIt2GuoTZ71iTG+7F0F+lP88jtjP4
        U4qe7VHoewl4MKOfXZKTe+YCS1XbNvfgwJ3Ltyl1OH9hWvu2yza7q+d5PCsDzqtm
        27kxuvULVeya+TEdAB1ijQKBgQCH/3r6YrVH/uCWGy6bzV1nGNOdjKc9tmkfOJmN
        54dxdixdpozCQ6U4OxZrsj3FcOhHBsqAHvX2uuYjagqvo3cOj1TRqNocX40omfCC
        Mx3bD1yPPf/6TI2XECva/ggqEY2mYzmIiA5LVVmc5nrybr+lssFKneeyxN2Wq93S
        0iJMdQKBgCGHewxzoa1r8ZMD0LETNrToK423K377UCYqXfg5XMclbrjPbEC3YI1Z
        NqMtuhdBJqUnBi6tjKMF+34Xf0CUN8ncuXGO2CAYvO8PdyCixHX52ybaDjy1FtCE
        6yUXjoKNXKvUm7MWGsAYH6f4IegOetN5NvmUMFStCSkh7ixZLkN1
        -----END RSA PRIVATE KEY-----
        """

    /// RFC 7517 appendix A.2, as PKCS#8; its public half is the example of RFC 7638 §3.1.
    static let rfc7517A2 = """
        -----BEGIN PRIVATE KEY-----
        MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDS/HtqCh5sZxBK
        64+Isldmm032ed2tCZtcSmzZqIAVtaEzvwuFbHhxtt8AC1VPzrPC7VErto8UXG6E
        NHUvq1Khz8EkQI95tYpFeMFkKIVXifeiSeOEyy2fri1n/Zb7kmwZjgdzmf3IFcCv
        CX3eWq3v9E3nDoJ/SHhDJDm/7rlgaNBHT8UNbZC/OpjfrxBAyJwC1pKrOzwolmCd
        hv1zt3TOB0BkfO7qoxC9EvmFqOufWf3UJs6lshIPTyo0vKt2S35sVNaEAji8xAWH
        pZ5m7R8ziUV3Y1xHCvdc+Swg0dpD4b/EGeIipvDQuzWMXjj5ywUK6v6QSBTxrBqk
        nMqeoMqDAgMBAAECggEAX4cTteJY/gn4FYPsXB8rdXix5vwsg1FLN5E3EaG6RJoV
        H+HLLKD9M7dx5oo7GURknchnrRweUkC7hT5fJLM0WbFAKNLWY2vv7B6NqXSzUvxT
        0/YSfqijwp3RTzlBaCxWp4doFk5N2o8Gy/nHNKroADIkJ46pRUohsXywbReAdYaM
        wFs9tv8d/cPVY3i07a3t8MN6TNwm0dSawm9v47UiCl3Sk5ZiG7xojPLu4sbg1U2j
        x4IBTNBznbJSzFHK66jT8bgkuqsk0GjskDJk19Z4qwjwbsnn4j2WBii3RL+Us2lG
        VkY8fkFzme1z0HbIkfz0Y6mqnOYtqc0X4jfcKoAC8QKBgQDzeL7si8wZegxcKyS/
        vdMqvzrfsWI7tnbvO/yiPqltZRDIs9AFDG09WfAPbRH7rR5MOYPa6Ocy3k+ioyub
        xF+Y2FVYO2OMyYIyM6lJeJwUePtc65UhhDKpVaVYSHp03foZVliT3c3wFz29jjXH
        LwH1HPM4ZVDNe80S+fs7SdVt+wKBgQDd185H1y5ir7RL6aQUvOAi2AwR8XMHareF
        Z6Ey4bSgK6qdve+hsvK6aqNVlA7V0it3CBOcJ2ljMFw59bmvfvQAVeOJZ+380YSK
        i+ieLOEqmj1VVLvxPMWDGQh2t5xF7Oxn7WRh3+zWoNvG2QMSB8AhMAb0tScAO6fi
        8hxvrJ6XGQKBgBuLD15HOmGvcvKCVvfyC4+MbqabtJc4vx+1U5EvMY+UnV93KBNK
        IpmMMSItnpkwLntFDmuXaYBRsgSeHPLUNlReNNl0boCg0z/GpGIRaObQAO+0HvzZ
        rbmGXNwt5tyNuBthr0ebEg8VMgDds6vC35/RFJrOq2Nzm/GHoipE4gY9AoGBALPZ
        QB/X4IAbKBUfDmnNkfxNoMNvNq09pBjgIbyJZRExNXn6wOoblFLzHwXDKZ/Janlu
        r8852GOUkkBe6THQv2oCN5xvCG6dQVG9CVIq2kTalHy4XEG/3fRheA4e3u+Fm0bK
        G0aJ7o02DdcQmj+kzutY71q1/i9fLcV8OPeEP3IJAoGAGyM/p6JrXySiz1toFgKb
        WV+JdI3jQ4ypu9rbMWx3rQJBfmt0FoYzgUIZEVFEcOqwemRN81zoDAaa+Bk0KWNG
        DjJHZDdDmFhW3AN7lI+puxk/mHZGJ11rxyR8O55XLSe3SPmRfKwZI6yU24ZxvQKF
        YItdldUKGzO6Ia6zTKhAVRU=
        -----END PRIVATE KEY-----
        """

    /// RFC 7515 appendix A.3, as SEC 1.
    static let rfc7515A3 = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49
        AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b
        focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
        -----END EC PRIVATE KEY-----
        """

    /// The same as PKCS#8.
    static let rfc7515A3PKCS8 = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff
        H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp
        7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt
        -----END PRIVATE KEY-----
        """

    /// RFC 8037 appendix A.1, as PKCS#8.
    static let rfc8037A1 = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
        -----END PRIVATE KEY-----
        """

    static let secp384r1 = """
        -----BEGIN EC PRIVATE KEY-----
        MIGkAgEBBDDc3aFOwU0P9e1fxPhiBwngxD1NRs4diAd5c2zN8Kop3x5gNDCIPNOm
        odViuDU6iPygBwYFK4EEACKhZANiAAQedYgox8gzcg6eevPbDTMSzKj+7tmBFJPW
        mCXyP2YQBYwJNAtYsm4rchZOn+iO+snCe0iPONIWp3UTSKMHTeB2zEuSq3TPrPmw
        GtW9Lp4RR8XJJf4FN9/acJra0GQ2qQ0=
        -----END EC PRIVATE KEY-----
        """

    static let secp256k1 = """
        -----BEGIN EC PRIVATE KEY-----
        MHQCAQEEIPY3TELj9ghOoKzUmR0YWvJOJMw7rFFy+QJ/iN1ybTh7oAcGBSuBBAAK
        oUQDQgAEHdrS38mMfOej395I0f9uMpYbR6YMxoLGmhiIBMaG38dWoXFU4qASqyWa
        bobxlx5972oJTF+0PFhpNJSR7gB4Tg==
        -----END EC PRIVATE KEY-----
        """

    static let rsa1024 = """
        -----BEGIN PRIVATE KEY-----
        MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBALLZVR/jlvoesovx
        Cu8aXGQmJNmsvUni1GuMbPd7dlIkQd9/QOoKhD+8B36tNN5jZVctX48340mscAol
        nFv0Jrc7go0IkpkS55cTRI3+u2OGNa2U00U06ZIpZnQSpXT4hR7oU35tCo9nmMR3
        BtlnwtOElnB/bFaa2KDkokE7IpSdAgMBAAECgYBIdQImrDbDWGJvjZUnb1+U91sg
        kPoTEAGNHNQco3k5KBVD7bMn3mDbzVqf+J4dptksq2Y2iKbddy3g/oHNQynXje+7
        qKPgIL2o9oFPSJC7bUJJA16HETP0nMqDzz6Z7EMlIo2V7xuQUlaayZzsI9N0dRib
        XUGfZw4uxusrf+h4oQJBAOsbbCfnew4wPiblTuWiwYN51MajvASyauXksEQ/xIxp
        ujHtGf8rrkSwo8r7vM6upWzpao6t0mPASWhQ1aEdfNkCQQDCvhAgTJ64nYeHwcwt
        qX3dE1p7SiwKktRgGnJsBIvSwNB2d74tn1N4UwjxASdyi1wgem2Z17RF7Z7ViMoN
        WwtlAkEAk/ViD4riKn+53YiaKnJPDorxmUEZ5mrSU3Okao8nBqbTAvCQV8IJnjj8
        G5ZpsDjA6tXKtZg2u4gbqoaUqxx/oQJAfq+6OejeUGdaZbxzITljwc/3SsFDyVUf
        h61sxkxm0aHRe2AGfhNp75rE9FO139Q9CHvclPo4Mk2UyIEGQI376QJAERwAUcFa
        gmvwq8Lmn35lUpS0oQoc9aykqNvPLMYyJFgE1boCxRsAAwZyO/fyqdECaJnJNzh+
        4cOOO/Qbs8yZOg==
        -----END PRIVATE KEY-----
        """

    static let x25519 = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VuBCIEIPjYKkLy0TBIoHW5n1u3SV1BRAQmtgCcz+LxlEX1RcJY
        -----END PRIVATE KEY-----
        """

    /// PKCS#8 under a passphrase (RFC 5958 §3).
    static let encrypted = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIH0MF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBDskBlfc635yo1CFRLL
        E761AgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQhMo7VyzL5Gw+c3Br
        U8GWdwSBkPITGebdrpnwqnlQj6f5x/WCz6jjGytBbwW/DMWIVssadHEdj1wWv40v
        Ma7SuJYBQ7Kz7F7ZeyZ/XTTTmDx+MeNMgJEqkJRy1SF/f5w5SoGFYM58FIyc5Wti
        7pCSid3wne2uuyLS66Io4Twgt/6/XfJFUkwi3NCJ2RuDoI20wme17AikFKYjdLIz
        U3VlR0rY9w==
        -----END ENCRYPTED PRIVATE KEY-----
        """
}
