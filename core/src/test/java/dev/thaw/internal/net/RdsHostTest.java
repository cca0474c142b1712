package dev.thaw.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RdsHostTest {
  @ParameterizedTest
  @CsvSource({
    "shop.abc123def.eu-west-1.rds.amazonaws.com, eu-west-1",
    "shop.cluster-abc123def.us-east-2.rds.amazonaws.com, us-east-2",
    "shop.cluster-ro-abc123def.ap-southeast-4.rds.amazonaws.com, ap-southeast-4",
    "reports.cluster-custom-abc123def.sa-east-1.rds.amazonaws.com, sa-east-1",
    "shop.proxy-abc123def.eu-central-1.rds.amazonaws.com, eu-central-1",
    "ro.endpoint.proxy-abc123def.eu-central-1.rds.amazonaws.com, eu-central-1",
    "shop.abc123def.us-gov-west-1.rds.amazonaws.com, us-gov-west-1",
    "shop.abc123def.cn-north-1.rds.amazonaws.com.cn, cn-north-1",
    "shop.abc123def.rds.cn-northwest-1.amazonaws.com.cn, cn-northwest-1",
    "SHOP.abc123def.EU-WEST-1.RDS.AmazonAWS.com, eu-west-1",
    "shop.abc123def.eu-west-1.rds.amazonaws.com., eu-west-1",
  })
  void the_region_is_in_the_name(String host, String region) {
    assertThat(RdsHost.region(host)).isEqualTo(region);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "db.example",
        "localhost",
        "127.0.0.1",
        "eu-west-1.rds.amazonaws.com",
        "shop.global-abc.global.rds.amazonaws.com",
        "rds.amazonaws.com",
        "shop.abc.eu-west-1.rds.amazonaws.com.evil.example",
        "shop.abc.eu-west-1.rds.amazonaws.community",
        "shop.abc.eu-west-1.rdsxamazonaws.com",
        "shop.abc.eu-west-1.ec2.amazonaws.com",
        "shop.abc..rds.amazonaws.com",
        ""
      })
  void other_hosts_are_none_of_rds(String host) {
    assertThat(RdsHost.region(host)).isNull();
  }
}
