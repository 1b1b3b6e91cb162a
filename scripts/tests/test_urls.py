"""URLs of servers: several hosts, odd characters, no password where it can be seen."""

import unittest

from stack import urls


class ServerURLTests(unittest.TestCase):
    def test_several_hosts_and_parameters_stay(self):
        url = urls.database("postgresql://admin:a%40b@one:5432,two,[::1]:5434/mailout?target_session_attrs=read-write")
        self.assertEqual(url.password, "a@b")
        self.assertEqual(
            url.with_user("mailout_stats", "p/w").full(),
            "postgresql://mailout_stats:p%2Fw@one:5432,two,[::1]:5434/mailout?target_session_attrs=read-write",
        )

    def test_shown_without_password(self):
        self.assertEqual(str(urls.broker("amqps://me:hush@host/%2f")), "amqps://me:***@host/%2F")

    def test_service_file_for_libpq(self):
        lines = urls.database("postgres://me:pw@a,b:6000/mailout?sslmode=require").libpq_service().splitlines()
        self.assertEqual(set(lines), {"[mailout]", "host=a,b", "port=5432,6000", "dbname=mailout", "user=me", "password=pw", "sslmode=require"})

    def test_refused(self):
        for text in ("postgres://host", "postgres://host/", "postgres:///db", "host/db", "postgres://h:0/db", "postgres://h:1x/db", "amqp://h/db"):
            with self.subTest(text), self.assertRaises(ValueError):
                urls.database(text)


if __name__ == "__main__":
    unittest.main()
